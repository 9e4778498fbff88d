import type { ServerWritableStream } from '@grpc/grpc-js';
import { type ExecutionContext, createParamDecorator } from '@nestjs/common';

/** The gRPC call itself, as a parameter of a streaming handler. */
export const CurrentCall = createParamDecorator(
  (_: unknown, context: ExecutionContext): ServerWritableStream<unknown, unknown> => context.getArgByIndex(2),
);

type Call = Pick<ServerWritableStream<unknown, unknown>, 'writableNeedDrain' | 'once' | 'off' | 'cancelled'>;

/** Takes from a source only as fast as the client reads: an answer may be larger than memory. Ends when the client goes. */
export async function* paced<T>(source: AsyncIterable<T>, call: Call): AsyncGenerator<T> {
  for await (const item of source) {
    if (call.cancelled) return;
    yield item;
    if (call.writableNeedDrain) await room(call);
  }
}

/** Resolves when there is room for more, or nobody who wants it. */
function room(call: Call): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      call.off('drain', done);
      call.off('cancelled', done);
      resolve();
    };
    call.once('drain', done);
    call.once('cancelled', done);
  });
}
