// What this phone keeps, in the browser's IndexedDB: one entry for each lock, with a private key that cannot be read.

const NAME = "bolthole";
const LOCKS = "locks";

let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(LOCKS, { keyPath: "id", autoIncrement: true });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  return opened;
}

async function transact(mode, act) {
  const transaction = (await database()).transaction(LOCKS, mode);
  const asked = act(transaction.objectStore(LOCKS));
  return new Promise((resolve, reject) => {
    // Durable when the transaction is, not when the request is.
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** All locks, oldest first. */
export const locks = () => transact("readonly", (store) => store.getAll());

/** Keeps a lock, and gives it an id if it has none. */
export async function keep(lock) {
  lock.id = await transact("readwrite", (store) => store.put(lock));
}

export const forget = (lock) => transact("readwrite", (store) => store.delete(lock.id));

/** Asks the browser not to throw the keys away when it needs room, and says whether it promised. */
export async function persist() {
  return (await navigator.storage?.persist?.()) ?? false;
}

export async function isPersisted() {
  return (await navigator.storage?.persisted?.()) ?? false;
}
