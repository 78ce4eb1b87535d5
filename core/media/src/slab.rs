//! Things under small numbers, which are used again.

/// Things, each under a number that it keeps as long as it is there.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    places: Vec<Option<T>>,
    free: Vec<usize>,
}

impl<T> Default for Slab<T> {
    fn default() -> Slab<T> {
        Slab { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    /// Puts a thing in, and says its number.
    pub(crate) fn insert(&mut self, thing: T) -> usize {
        match self.free.pop() {
            Some(key) => {
                self.places[key] = Some(thing);
                key
            }
            None => {
                self.places.push(Some(thing));
                self.places.len() - 1
            }
        }
    }

    /// Takes a thing out; its number is free.
    pub(crate) fn remove(&mut self, key: usize) -> Option<T> {
        let thing = self.places.get_mut(key)?.take()?;
        self.free.push(key);
        Some(thing)
    }

    /// The thing with this number.
    pub(crate) fn get(&self, key: usize) -> Option<&T> {
        self.places.get(key)?.as_ref()
    }

    /// The thing with this number, to change it.
    pub(crate) fn get_mut(&mut self, key: usize) -> Option<&mut T> {
        self.places.get_mut(key)?.as_mut()
    }

    /// All numbers in use, ascending.
    pub(crate) fn keys(&self) -> Vec<usize> {
        self.iter().map(|(key, _)| key).collect()
    }

    /// All things with their numbers, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        self.places.iter().enumerate().filter_map(|(key, place)| Some((key, place.as_ref()?)))
    }

    /// All things with their numbers, ascending, to change them.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (usize, &mut T)> {
        self.places.iter_mut().enumerate().filter_map(|(key, place)| Some((key, place.as_mut()?)))
    }

    /// Nothing is in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.free.len() == self.places.len()
    }
}
