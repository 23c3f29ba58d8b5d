import amqp from "amqplib";

type Listener = (message: any) => Promise<void>;

class Queue {
  async send(topic: string, message: object): Promise<void> {
    const connection = await amqp.connect(process.env.AMQP ?? "amqp://localhost");
    const channel = await connection.createChannel();
    channel.sendToQueue(topic, Buffer.from(JSON.stringify(message)));
    await channel.close();
  }

  async listen(topic: string, listener: Listener): Promise<void> {
    const connection = await amqp.connect(process.env.AMQP ?? "amqp://localhost");
    const channel = await connection.createChannel();
    await channel.consume(topic, async (taken) => {
      if (taken) await listener(JSON.parse(taken.content.toString()));
    });
  }
}

export const queue = new Queue();
