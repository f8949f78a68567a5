export { type BuildClientOptions, buildClient } from './build-client.ts';
export { type ClientHandler, clientHandler } from './client-handler.ts';
export { type ClientServer, type ClientServerConfig, startClientServer } from './start-client-server.ts';
