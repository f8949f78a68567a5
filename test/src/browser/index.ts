export { openPage, startBrowser } from './browser.ts';
export { startFlood } from './flood.ts';
export { type House, type Price, startHouse } from './house.ts';
