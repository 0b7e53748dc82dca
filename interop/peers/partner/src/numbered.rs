//! What a partner keeps, by number.

use crate::{unknown, Answer};
use std::collections::BTreeMap;

pub struct Numbered<T> {
    field: &'static str,
    kept: BTreeMap<u32, T>,
    last: u32,
}

impl<T> Numbered<T> {
    /// Of several that share a name space, each counts from another `first`.
    pub fn new(field: &'static str, first: u32) -> Self {
        Numbered {
            field,
            kept: BTreeMap::new(),
            last: first,
        }
    }

    pub fn keep(&mut self, value: T) -> u32 {
        self.last += 1;
        self.kept.insert(self.last, value);
        self.last
    }

    pub fn find(&mut self, number: u32) -> Answer<&mut T> {
        self.kept
            .get_mut(&number)
            .ok_or_else(|| unknown(self.field, number))
    }

    pub fn newest(&mut self) -> Answer<&mut T> {
        let number = self.last;
        self.find(number)
    }

    pub fn take(&mut self, number: u32) -> Answer<T> {
        self.kept
            .remove(&number)
            .ok_or_else(|| unknown(self.field, number))
    }

    pub fn clear(&mut self) {
        self.kept.clear();
    }

    pub fn values(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.kept.values()
    }
}
