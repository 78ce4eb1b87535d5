//! Soft state of features, one value of each type per node: what a feature keeps in memory and can do without. So a
//! feature brings its own state along, and the node need not know it.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The values of one node.
#[derive(Default)]
pub struct Soft(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Soft {
    /// The node's value of this type, made when it is asked for first.
    pub fn of<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let value = all.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default())).clone();
        drop(all);
        // The key is the type.
        value.downcast::<T>().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_one_value() {
        let soft = Soft::default();
        *soft.of::<Mutex<u32>>().lock().expect("free") = 7;
        assert_eq!(*soft.of::<Mutex<u32>>().lock().expect("free"), 7);
        assert_eq!(*soft.of::<Mutex<u8>>().lock().expect("free"), 0);
    }
}
