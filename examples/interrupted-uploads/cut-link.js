// A link to a port of this machine that is cut once, with resets on both sides, after so many bytes from the client.
import net from 'node:net'

export const cutLink = async (port, bytes) => {
  const link = { cuts: 0 }
  let left = bytes
  const server = net.createServer((client) => {
    const upstream = net.connect(port, '127.0.0.1')
    const cut = () => {
      client.resetAndDestroy()
      upstream.resetAndDestroy()
    }
    client.on('data', (data) => {
      left -= data.length
      if (left < 0 && link.cuts === 0) {
        link.cuts++
        upstream.write(data, cut)
      } else if (!upstream.write(data)) {
        client.pause()
        upstream.once('drain', () => client.resume())
      }
    })
    upstream.on('data', (data) => client.write(data))
    for (const socket of [client, upstream]) {
      socket.on('error', cut)
      socket.on('close', cut)
    }
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  link.url = `http://127.0.0.1:${server.address().port}`
  link.close = () => server.close()
  return link
}
