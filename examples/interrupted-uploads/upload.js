// Uploads 20 MiB with clients that know nothing of Millrace, over a link that is cut in the middle, and compares what is
// read back.
//
//   node upload.js PORT [tus|openai|curl|uppy ...]
//
// PORT is that of `millrace up`. Uppy runs in Chromium, at CHROMIUM or /usr/bin/chromium.
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { cutLink } from './cut-link.js'

const [port, ...wanted] = process.argv.slice(2)
const MiB = 1 << 20
const content = randomBytes(20 * MiB)
const digest = (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex')

const tus = async (url, options) => {
  const { default: module } = await import('tus-js-client')
  return new Promise((resolve, reject) => {
    const upload = new module.Upload(content, {
      endpoint: `${url}/uploads`,
      retryDelays: [0, 200, 500, 1000],
      metadata: { filename: 'content.bin' },
      ...options,
      onError: reject,
      onSuccess: () => resolve(upload.url.split('/').pop()),
    })
    upload.start()
  })
}

const openai = async (url) => {
  const { default: OpenAI, toFile } = await import('openai')
  return { toFile, client: new OpenAI({ apiKey: 'none', baseURL: `${url}/v1`, maxRetries: 3 }) }
}

const file = async (url) => {
  const { client, toFile } = await openai(url)
  return (await client.files.create({ file: await toFile(content, 'content.bin'), purpose: 'batch' })).id
}

const parts = async (url) => {
  const { client, toFile } = await openai(url)
  const upload = await client.uploads.create({
    purpose: 'batch',
    filename: 'content.bin',
    mime_type: 'application/octet-stream',
    bytes: content.length,
  })
  const ids = []
  for (let at = 0; at < content.length; at += 4 * MiB) {
    const data = await toFile(content.subarray(at, at + 4 * MiB), 'part')
    ids.push((await client.uploads.parts.create(upload.id, { data })).id)
  }
  return (await client.uploads.complete(upload.id, { part_ids: ids, md5: digest('md5', content) })).file.id
}

const run = (args, input) =>
  new Promise((resolve) => {
    const curl = spawn('curl', ['-s', '-H', 'Tus-Resumable: 1.0.0', ...args])
    const out = []
    curl.stdout.on('data', (data) => out.push(data))
    curl.stdin.on('error', () => {}) // It broke off; how far it came is asked.
    curl.on('close', () => resolve(Buffer.concat(out).toString()))
    curl.stdin.end(input)
  })

const curl = async (url) => {
  const created = await run(['-i', `${url}/uploads`, '-X', 'POST', '-H', `Upload-Length: ${content.length}`])
  const path = /^location: (\S+)/im.exec(created)[1]
  for (let offset = 0; offset < content.length; ) {
    const type = 'Content-Type: application/offset+octet-stream'
    const headers = ['-H', type, '-H', `Upload-Offset: ${offset}`]
    await run([`${url}${path}`, '-X', 'PATCH', ...headers, '--data-binary', '@-'], content.subarray(offset))
    offset = Number(/^upload-offset: (\d+)/im.exec(await run(['-I', `${url}${path}`]))[1])
  }
  return path.split('/').pop()
}

const page = `
  import Uppy from '@uppy/core'
  import Tus from '@uppy/tus'
  window.upload = async (endpoint) => {
    const uppy = new Uppy().use(Tus, { endpoint, retryDelays: [0, 300, 1000, 3000] })
    uppy.addFile({ name: 'content.bin', data: await (await fetch('/content')).blob() })
    const { successful, failed } = await uppy.upload()
    if (failed.length) throw new Error(failed[0].error)
    return successful[0].uploadURL
  }`

const uppy = async (url) => {
  const { build } = await import('esbuild')
  const { chromium } = await import('playwright-core')
  const resolveDir = fileURLToPath(new URL('.', import.meta.url))
  const bundle = await build({ stdin: { contents: page, resolveDir }, bundle: true, write: false, logLevel: 'error' })
  const answers = { '/content': content, '/upload.js': bundle.outputFiles[0].text }
  const web = createServer((request, response) => {
    response.setHeader('Content-Type', request.url === '/' ? 'text/html' : 'application/octet-stream')
    response.end(answers[request.url] ?? '<script src="/upload.js"></script>')
  })
  await new Promise((listening) => web.listen(0, '127.0.0.1', listening))
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync']
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-component-update', ...quiet],
  })
  try {
    const tab = await browser.newPage()
    await tab.goto(`http://127.0.0.1:${web.address().port}/`)
    const uploaded = await tab.evaluate((endpoint) => window.upload(endpoint), `${url}/uploads`)
    return uploaded.split('/').pop()
  } finally {
    await browser.close()
    web.close()
  }
}

const ways = {
  tus: {
    'tus-js-client, one request': (url) => tus(url, {}),
    'tus-js-client, pieces of 5 MiB': (url) => tus(url, { chunkSize: 5 * MiB }),
    'tus-js-client, three parts at once': (url) => tus(url, { parallelUploads: 3 }),
    'tus-js-client, the IETF protocol': (url) => tus(url, { protocol: 'ietf-draft-05' }),
  },
  openai: { 'openai, files.create': file, 'openai, uploads': parts },
  curl: { 'curl, tus by hand': curl },
  uppy: { 'Uppy in Chromium': uppy },
}

let different = 0
for (const client of wanted.length ? wanted : Object.keys(ways)) {
  for (const [name, upload] of Object.entries(ways[client])) {
    const link = await cutLink(Number(port), 9 * MiB)
    const id = await upload(link.url)
    link.close()
    const back = await fetch(`http://127.0.0.1:${port}/v1/files/${id}/content`)
    const same = digest('sha256', Buffer.from(await back.arrayBuffer())) === digest('sha256', content)
    different += same && link.cuts === 1 ? 0 : 1
    console.log(`${name}: cut ${link.cuts} time, ${same ? 'the same bytes' : 'OTHER BYTES'}`)
  }
}
process.exit(different)
