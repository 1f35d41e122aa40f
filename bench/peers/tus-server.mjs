// Peer launcher: a plain @tus/server with @tus/file-store on 127.0.0.1. Ends on SIGINT/SIGTERM.
// env: PORT (a free one), DATA_DIR (a fresh temporary folder), PEERS_DIR (folder with node_modules)
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dep, version } from './lib.mjs';

const { Server } = await dep('@tus/server');
const { FileStore } = await dep('@tus/file-store');
const directory = process.env.DATA_DIR || mkdtempSync(path.join(tmpdir(), 'tus-'));
const server = new Server({ path: '/files', datastore: new FileStore({ directory }) })
  .listen({ host: '127.0.0.1', port: Number(process.env.PORT || 0) }, () =>
    console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/files`, pid: process.pid, directory, server: version('@tus/server'), store: version('@tus/file-store'), node: process.version })));
for (const s of ['SIGINT', 'SIGTERM']) process.on(s, () => process.exit(0));
