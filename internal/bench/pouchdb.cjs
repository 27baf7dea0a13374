// The peer: 10,000 visits between PouchDB and express-pouchdb on loopback, bytes counted at the socket.
// node pouchdb.cjs FOLDER COUNT: prints one JSON object. Run in a folder where the packages are installed.
const http = require('http'), net = require('net'), path = require('path'), { fork } = require('child_process')
const folder = process.argv[2], count = Number(process.argv[3] || 10000)
const PouchDB = require('pouchdb')

if (process.env.POUCH_SERVER) {
  const app = require('express')()
  const At = PouchDB.defaults({ prefix: path.join(folder, 'server') + path.sep })
  app.use('/', require('express-pouchdb')(At, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: path.join(folder, 'log.txt') }))
  const s = http.createServer(app).listen(0, '127.0.0.1', () => process.send({ port: s.address().port }))
  return
}

// The same visit as the hall's: who, why, what came of it.
const visit = (i) => ({
  _id: 'v' + String(i).padStart(8, '0') + Math.random().toString(16).slice(2, 14), resident: Math.random().toString(16).slice(2, 14) + '-7000-8000-000000000000',
  channel: 'window', purpose: '样例来意:咨询高龄津贴', day: '2026-11-23', staff: '018f3b1a-0000-7000-8000-00000000000' + (i % 10),
  window: '018f3b1a-1111-7000-8000-00000000000' + (i % 3), outcome: 'done', at: 1795400000000 + i * 1000,
})

async function main() {
  require('fs').mkdirSync(path.join(folder, 'server'), { recursive: true })
  const child = fork(__filename, process.argv.slice(2), { env: { ...process.env, POUCH_SERVER: '1' } })
  const { port } = await new Promise((r) => child.once('message', r))
  let out = 0, back = 0
  const proxy = net.createServer((c) => {
    const u = net.connect(port, '127.0.0.1')
    c.on('data', (d) => { out += d.length; u.write(d) }); u.on('data', (d) => { back += d.length; c.write(d) })
    const end = () => { c.destroy(); u.destroy() }
    c.on('close', end); u.on('close', end); c.on('error', end); u.on('error', end)
  })
  await new Promise((r) => proxy.listen(0, '127.0.0.1', r))
  const remote = `http://127.0.0.1:${proxy.address().port}/visits`
  const a = new PouchDB(path.join(folder, 'a')), b = new PouchDB(path.join(folder, 'b'))
  for (let i = 0; i < count; i += 1000) await a.bulkDocs(Array.from({ length: Math.min(1000, count - i) }, (_, j) => visit(i + j)))
  const once = (from, to) => new Promise((ok, no) => PouchDB.replicate(from, to, { batch_size: 1000 }).on('complete', ok).on('error', no))
  const timed = async (f) => { out = back = 0; const t = process.hrtime.bigint(); await f(); return { seconds: Number(process.hrtime.bigint() - t) / 1e9, bytes: out + back } }
  const push = await timed(() => once(a, remote))
  const pull = await timed(() => once(remote, b))
  const n = (await b.info()).doc_count
  console.log(JSON.stringify({ push, pull, documents: n }))
  child.kill(); process.exit(n >= count ? 0 : 1)
}
main().catch((e) => { console.error(String(e)); process.exit(1) })
