// Submits a JSONL file as a job by writing its chunks straight to Kafka.
//
//   node producer.js BROKER UPLOAD_ID FILE PROTO
//
// PROTO is millrace/v1/chunks.proto of the module `schemas`.
import { readFile } from 'node:fs/promises'
import { Kafka, logLevel } from 'kafkajs'
import protobuf from 'protobufjs'

const [broker, uploadId, file, proto] = process.argv.slice(2)
const topic = 'millrace.chunks'
const tenant = 'default'
const chunkSize = 256 * 1024

const schema = await protobuf.load(proto)
const UploadOpen = schema.lookupType('millrace.v1.UploadOpen')
const content = await readFile(file)

// The length is known, so the upload is complete when its last byte has come, and its job begins.
const open = UploadOpen.encode(
  UploadOpen.fromObject({
    tenant,
    uploadId,
    protocol: 'UPLOAD_PROTOCOL_KAFKA',
    length: content.length,
    purpose: 'batch',
    filename: 'requests.jsonl',
    createdAtMs: Date.now(),
    job: { endpoint: '/v1/embeddings', completionWindow: '1h', completionWindowMs: 3_600_000 },
  }),
).finish()

const record = (kind, value, more = {}) => ({
  key: uploadId,
  value,
  headers: { 'millrace-kind': kind, 'millrace-tenant': tenant, ...more },
})

// The default partitioner places keys as Java's does, and one request in flight keeps the order.
const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.ERROR })
const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
await producer.connect()
await producer.send({ topic, acks: -1, messages: [record('open', Buffer.from(open))] })
for (let from = 0; from < content.length; from += chunkSize) {
  const chunk = content.subarray(from, from + chunkSize)
  await producer.send({ topic, acks: -1, messages: [record('data', chunk, { 'millrace-offset': String(from) })] })
}
await producer.disconnect()
console.log(uploadId)
