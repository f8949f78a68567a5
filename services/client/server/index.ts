export { buildClient, type BuildClientOptions } from './build-client.ts';
export { clientHandler, type ClientHandler } from './client-handler.ts';
export { type ClientServer, type ClientServerConfig, startClientServer } from './start-client-server.ts';
