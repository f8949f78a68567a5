import { startBrowser, openPage } from './browser/browser.ts';
import { startHouse } from './browser/house.ts';
import { publishPast, then, LATE_FROM } from './browser/past-moments.ts';
import { HOLE, NIGHT } from './browser/known-holes.ts';
import { allFaults } from './browser/axe.ts';
import { layoutFaults, smallTargets } from './browser/layout.ts';
const browser = await startBrowser();
const house = await startHouse();
await publishPast(house);
const looks: any = {
  desktop: {}, dark: { colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};
const views: any = {
  stock: '/stock/AAPL?interval=1m&span=3600', split: '/split?charts=AAPL:1m~LATE:1m', history: `/history?stock=AAPL&start=2024-03-05T19:00:00Z&end=2024-03-06T16:00:00Z`, board: '/',
};
for (const [look, options] of Object.entries<any>(looks)) for (const [view, address] of Object.entries<any>(views)) {
  if (look === 'dark' && view !== 'stock') continue;
  const { page, complaints } = await openPage(browser, options);
  await page.goto(house.address + then(address, HOLE.from + 300));
  await page.waitForTimeout(2500);
  await page.screenshot({ path: `/tmp/past-${look}-${view}.png` });
  console.log(look, view, complaints.list, await allFaults(page), await layoutFaults(page), look === 'phone' ? await smallTargets(page) : []);
  await page.context().close();
}
await browser.close();
await house[Symbol.asyncDispose]();
process.exit(0);
