//! Uploads chunks, several at a time.

use std::io;
use std::sync::Mutex;
use std::thread;

use crate::store::Store;

const PARALLEL: usize = 2;

/// Stores all chunks by their names.
pub fn upload(store: &(dyn Store + Sync), chunks: Vec<(String, Vec<u8>)>) -> io::Result<()> {
    let waiting = Mutex::new(chunks);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..PARALLEL).map(|_| scope.spawn(|| work(store, &waiting))).collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("no panic"))
    })
}

fn work(store: &dyn Store, waiting: &Mutex<Vec<(String, Vec<u8>)>>) -> io::Result<()> {
    loop {
        let Some((name, data)) = waiting.lock().expect("no panic").pop() else {
            return Ok(());
        };
        store.put(&name, &data)?;
    }
}
