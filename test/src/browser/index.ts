export { openPage, startBrowser } from './browser.ts';
export { type House, type Price, startHouse } from './house.ts';
