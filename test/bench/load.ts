import { connect, type TLSSocket } from 'node:tls';

/** Connections over which one review after the other is sent. It costs so little that the server is what is measured. */
export interface Load extends AsyncDisposable {
  /** Sends a body so many times, one at a time on each connection; throws where one is not admitted. */
  send(body: Buffer, count: number): Promise<void>;
}

/** Opens connections to the review server on a port of this machine. */
export async function openLoad(port: number, ca: string, connections: number): Promise<Load> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port, ca)));
  return {
    async send(body, count) {
      const head = `POST /validate?timeout=10s HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
      const request = Buffer.concat([Buffer.from(head), body]);
      let left = count;
      const take = () => left-- > 0;
      await Promise.all(sockets.map((socket) => sendAll(socket, request, take)));
    },
    [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      return Promise.resolve();
    },
  };
}

function open(port: number, ca: string): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const socket = connect({ host: '127.0.0.1', port, ca, servername: 'localhost' }, () => resolve(socket));
  socket.setNoDelay(true).setEncoding('latin1').on('error', reject);
  return promise;
}

/** Sends again when the answer is whole, as long as there is one more to send. */
function sendAll(socket: TLSSocket, request: Buffer, take: () => boolean): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let text = '';
  const next = (): void => {
    text = '';
    if (take()) socket.write(request);
    else end(resolve);
  };
  const read = (chunk: string): void => {
    text += chunk;
    const head = text.indexOf('\r\n\r\n');
    const length = head < 0 ? undefined : /^content-length: (\d+)/im.exec(text)?.[1];
    if (length === undefined || text.length < head + 4 + Number(length)) return;
    if (text.includes('"allowed":true')) next();
    else end(() => reject(new Error(`the bench was denied: ${text}`)));
  };
  const end = (settle: () => void): void => {
    socket.off('data', read);
    settle();
  };
  socket.on('data', read);
  next();
  return promise;
}
