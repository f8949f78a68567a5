/** Chunks of bytes with the first one at least so long, where there is so much: enough to tell by it what they are. */
export async function* withHead(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  const head: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of chunks) {
      if (length >= bytes) yield chunk;
      else {
        head.push(chunk);
        length += chunk.length;
        if (length < bytes) continue;
        yield Buffer.concat(head.splice(0));
      }
    }
  } catch (error) {
    // What came before it is as good as ever.
    if (head.length > 0) yield Buffer.concat(head.splice(0));
    throw error;
  }
  if (head.length > 0) yield Buffer.concat(head);
}
