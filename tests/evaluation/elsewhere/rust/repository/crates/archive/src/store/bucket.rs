//! A bucket of an object store.

use std::io;

use super::Store;

/// Speaks to the object store.
pub trait Client {
    fn request(&self, method: &str, key: &str, body: &[u8]) -> io::Result<(u16, Vec<u8>)>;
}

pub struct Bucket<C> {
    pub client: C,
}

impl<C: Client> Bucket<C> {
    fn key(&self, name: &str) -> String {
        format!("chunks/{name}")
    }
}

impl<C: Client> Store for Bucket<C> {
    fn put(&self, name: &str, data: &[u8]) -> io::Result<()> {
        expect(self.client.request("PUT", &self.key(name), data)?.0)
    }

    fn get(&self, name: &str) -> io::Result<Vec<u8>> {
        let (status, data) = self.client.request("GET", &self.key(name), &[])?;
        expect(status).map(|()| data)
    }

    fn delete(&self, _name: &str) -> io::Result<()> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "buckets expire by themselves"))
    }
}

fn expect(status: u16) -> io::Result<()> {
    match status {
        200..=299 => Ok(()),
        404 => Err(io::ErrorKind::NotFound.into()),
        _ => Err(io::Error::other(format!("status {status}"))),
    }
}
