/** Parts of writing, for whoever measures what each of them costs. */
export { BEGIN_WRITING } from '../statements/write-statements.ts';
export { inIndexOrder } from './index-order.ts';
export { copyTicks, storeTicks } from './store-ticks.ts';
