/** Answers every POST at once, as a live server without viewers would. Argument: port. Counts nothing, keeps nothing. */
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  request.resume().on('end', () => response.end('{"result":{}}'));
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'));
