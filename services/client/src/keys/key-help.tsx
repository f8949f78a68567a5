import { keyHelpOpen } from '../commands/open-palette.ts';
import { Modal } from '../ui/modal.tsx';
import { isMac, keyNames } from './key-names.ts';
import { type KeyGroup, keyGroups } from './key-table.ts';

/** All keys that work now, as they are registered by what answers them. */
export function KeyHelp() {
  const close = (): void => {
    keyHelpOpen.value = false;
  };
  return (
    <Modal class="key-help" label="All keys" onClose={close}>
      <header>
        <h2>All keys</h2>
        <button type="button" class="button" onClick={close}>
          Close
        </button>
      </header>
      {/* Several charts have the same keys. */}
      {keyGroups.value.filter(isFirst).map(({ name, bindings }) => (
        <section key={name} aria-label={name}>
          <h3>{name}</h3>
          <dl>
            {bindings.map(({ keys, does }) => (
              <div key={does}>
                <dt>
                  {keys.map((key, index) => (
                    <span key={key}>
                      {index > 0 && ' or '}
                      {keyNames(key, isMac).map((part) => (
                        <kbd key={part}>{part}</kbd>
                      ))}
                    </span>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <p>Keys of one letter rest while you type in a field.</p>
    </Modal>
  );
}

function isFirst({ name }: KeyGroup, index: number, groups: readonly KeyGroup[]): boolean {
  return groups.findIndex((other) => other.name === name) === index;
}
