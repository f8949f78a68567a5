import { feedContract } from './feed-contract.ts';
import { setUp } from './nats-set-up.ts';

feedContract('the NATS JetStream feed', () => setUp());
