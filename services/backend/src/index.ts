export { type Backend, type BackendParts, createBackend } from './backend.ts';
export { createBackendReader } from './backend-reader.ts';
export { type BackendConfig, backendConfig } from './config.ts';
export { MarketText } from './http/market-text.ts';
export { createHttpLedgerSource } from './ledger-source.ts';
export { backendReadiness } from './readiness.ts';
export { openReplays, type RunningBackend, startBackend } from './start-backend.ts';
