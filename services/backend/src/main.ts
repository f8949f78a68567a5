import { serviceMain } from '@tickwatch/runtime';
import { backendConfig } from './config.ts';
import { startBackend } from './start-backend.ts';

await serviceMain({
  name: 'backend',
  usage: {
    command: 'npm run start:backend',
    what: 'Answers questions about prices over HTTP (the REST API, its contract at /api/docs) from PostgreSQL.',
    examples: [
      'DATABASE_URL=postgresql://user:password@localhost/stocks npm run start:backend',
      'DATABASE_URL=… SUBSCRIBER_URL=http://localhost:9102 PORT=8000 npm run start:backend',
    ],
  },
  read: backendConfig,
  start: startBackend,
});
