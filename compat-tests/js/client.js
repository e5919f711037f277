// One kafkajs client: node client.js COMMAND BOOTSTRAP ARGUMENTS..., with its findings as JSON on standard output.
'use strict'

const { Kafka, CompressionTypes, logLevel } = require('kafkajs')

const [command, bootstrap, ...args] = process.argv.slice(2)
const kafka = new Kafka({ clientId: 'compat-js', brokers: [bootstrap], logLevel: logLevel.ERROR, retry: { retries: 5 } })
const print = (value) => process.stdout.write(JSON.stringify(value) + '\n')

const commands = {
  // Sends COUNT records, gzipped and not, and prints the offsets that they got.
  async produce(topic, count) {
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    for (const compression of [CompressionTypes.None, CompressionTypes.GZIP]) {
      const messages = Array.from({ length: Number(count) }, (_, i) => ({
        key: `key-${i}`,
        value: `value ${i} ünicode`,
        headers: { lang: 'js' },
      }))
      const [answer] = await producer.send({ topic, messages, acks: -1, compression })
      print({ partition: answer.partition, baseOffset: answer.baseOffset, errorCode: answer.errorCode })
    }
    await producer.disconnect()
  },

  // Joins the group, prints COUNT records and commits what it read.
  async consume(topic, group, count) {
    const consumer = kafka.consumer({ groupId: group, sessionTimeout: 6000, maxWaitTimeInMs: 200 })
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    let left = Number(count)
    let finish
    const finished = new Promise((resolve) => { finish = resolve })
    await consumer.run({
      eachMessage: async ({ partition, message }) => {
        print({
          partition,
          offset: message.offset,
          key: message.key && message.key.toString(),
          value: message.value && message.value.toString(),
          headers: Object.fromEntries(Object.entries(message.headers).map(([k, v]) => [k, v.toString()])),
        })
        if (--left === 0) finish()
      },
    })
    await finished
    await consumer.commitOffsets([])
    await consumer.disconnect()
  },

  // Creates, describes, lists and deletes, and prints what it saw.
  async admin(topic, group) {
    const admin = kafka.admin()
    await admin.connect()
    const created = await admin.createTopics({ topics: [{ topic, numPartitions: 2, replicationFactor: 1 }], waitForLeaders: true })
    const metadata = await admin.fetchTopicMetadata({ topics: [topic] })
    const offsets = await admin.fetchTopicOffsets(topic)
    const configs = await admin.describeConfigs({ resources: [{ type: 2, name: topic, configNames: ['retention.ms'] }], includeSynonyms: false })
    await admin.alterConfigs({ resources: [{ type: 2, name: topic, configEntries: [{ name: 'retention.ms', value: '1000000' }] }] })
    await admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset: '0' }] })
    const committed = await admin.fetchOffsets({ groupId: group, topics: [topic] })
    const groups = await admin.listGroups()
    const described = await admin.describeCluster()
    await admin.deleteGroups([group])
    await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] })
    await admin.deleteTopics({ topics: [topic] })
    print({
      created,
      partitions: metadata.topics[0].partitions.length,
      offsets: offsets.length,
      retention: configs.resources[0].configEntries[0].configValue,
      committed: committed[0].partitions.find((p) => p.partition === 0).offset,
      listed: groups.groups.some((g) => g.groupId === group),
      brokers: described.brokers.length,
    })
    await admin.disconnect()
  },
}

commands[command](...args).then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
