// Makes of the one customer that is followed as many as are asked for, in the browser's database, as an import would.
// Knows of the app only how a record is kept.
(count) => {
  // One is news, so that the navigation counts it once they are all known.
  const approved = (text) => {
    const record = JSON.parse(text);
    const last = record.followed.observed.at(-1);
    const news = { ...last, status: 'approved', source: 'reading', first_seen: last.last_seen };
    record.followed.observed.push(news);
    return JSON.stringify(record);
  };
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('vetted');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const work = database.transaction('ledger', 'readwrite');
      const store = work.objectStore('ledger');
      const cursor = store.openCursor();
      cursor.onsuccess = () => {
        const { key, value } = cursor.result;
        if (key[2] !== 'followed') return cursor.result.continue();
        for (let turn = 1; turn < count; turn += 1) {
          const id = `00000000-0000-4000-9000-${String(turn).padStart(12, '0')}`;
          const company = `School number ${(turn * 7919) % count}`;
          const text = value.replaceAll(key[1], id).replace(/"company":"[^"]*"/, `"company":"${company}"`);
          store.put(turn === 1 ? approved(text) : text, [key[0], id, key[2]]);
        }
      };
      work.onerror = () => reject(work.error);
      work.oncomplete = () => {
        database.close();
        resolve(count);
      };
    };
  });
}
