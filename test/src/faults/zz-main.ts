import { laneTakeover } from './scenarios/zz-lane.ts';
const s = laneTakeover.find((one) => one.name === 'lanes-killed-pubsub');
const rows = await s?.run({ quick: false });
console.log(JSON.stringify(rows?.map((r) => [r.notes, r.problems, r.lost]), null, 1));
process.exit(0);
