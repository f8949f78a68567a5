import type { Page } from 'playwright-core';

/** Makes the page believe that its machine's clock is off by so much, ms; `performance.now()` goes on as it is. */
export async function shiftClock(page: Page, millis: number): Promise<void> {
  await page.addInitScript(`(() => {
    const RealDate = Date;
    let off = ${millis};
    globalThis.setClockShift = (millis) => { off = millis; };
    globalThis.Date = class extends RealDate {
      constructor(...given) {
        if (given.length === 0) super(RealDate.now() + off);
        else super(...given);
      }
      static now() { return RealDate.now() + off; }
    };
  })()`);
}

/** Sets the clock anew while the page is open. */
export async function setClockShift(page: Page, millis: number): Promise<void> {
  await page.evaluate(`setClockShift(${millis})`);
}
