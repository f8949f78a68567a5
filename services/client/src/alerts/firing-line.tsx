import { useSignal } from '@preact/signals';
import { type AlertFiring, parseTime } from '@tickwatch/core';
import { dateTimeText } from '../format/time-text.ts';
import { stockAddress } from '../route.ts';
import { zone } from '../settings.ts';
import { Deliveries } from './deliveries.tsx';

interface Props {
  readonly firing: AlertFiring;
  readonly isAdmin: boolean;
}

/** What fired and when, with the way to its place on the chart and to what became of its deliveries. */
export function FiringLine({ firing, isAdmin }: Props) {
  const isOpen = useSignal(false);
  const { rule_id, rule_name, stock_name, exchange_name, timestamp, text } = firing;
  const when = dateTimeText(zone.value, parseTime(timestamp) ?? 0);
  return (
    <li>
      <time dateTime={timestamp}>{when}</time>
      <div class="firing-says">
        <p>
          {stock_name === null ? (
            text
          ) : (
            <a
              href={stockAddress(stock_name, exchange_name ?? undefined, { at: timestamp })}
              title={`The chart of ${stock_name} at this moment`}
            >
              {text}
            </a>
          )}
        </p>
        <small>
          {rule_id === null ? (
            rule_name
          ) : (
            <a href={`/alerts?rule=${encodeURIComponent(rule_id)}`} title="All that this rule fired">
              {rule_name}
            </a>
          )}
          {exchange_name !== null && ` · ${exchange_name}`}
        </small>
      </div>
      {isAdmin && (
        <button
          type="button"
          class="button"
          aria-expanded={isOpen.value}
          aria-label={`Deliveries of ${rule_name}, ${when}`}
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          Deliveries
        </button>
      )}
      {isAdmin && isOpen.value && <Deliveries firing={firing.id} />}
    </li>
  );
}
