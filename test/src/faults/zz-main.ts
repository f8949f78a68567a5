import { inspect } from 'node:util';

const { lanesChanged } = await import('./scenarios/zz.ts');
for (const s of lanesChanged) {
  try {
    console.log(s.name, inspect(await s.run({ quick: true }), { depth: 5 }));
  } catch (e) {
    console.log(e);
  }
}
