//! Values that closures share with the code around them: remembered, so that circles of them can be opened.
//!
//! rhai counts references, and two closures that hold each other are never freed. Every captured variable is read
//! when it is captured; there it is noted, and at the end of the evaluation it is emptied. That a noted value
//! lives until then also keeps chains of closures from being dropped in one deep recursion.

use std::cell::RefCell;
use std::collections::HashSet;

use rhai::Dynamic;

#[derive(Default)]
struct Noted {
    addresses: HashSet<usize>,
    values: Vec<Dynamic>,
}

thread_local! {
    static NOTED: RefCell<Noted> = RefCell::default();
}

const BUSY: &str = "a closure reads a variable that the call around it is changing: copy it to another variable before that call";

/// Notes a variable, if closures share it.
pub(super) fn note(value: &Dynamic) -> Result<(), &'static str> {
    if !value.is_shared() {
        return Ok(());
    }
    // rhai waits for such a variable, again and again, although only this thread could let go of it.
    let inside = value.read_lock::<Dynamic>().ok_or(BUSY)?;
    let address = std::ptr::from_ref::<Dynamic>(&inside).addr();
    NOTED.with_borrow_mut(|noted| {
        if noted.addresses.insert(address) {
            noted.values.push(value.clone());
        }
    });
    Ok(())
}

/// Empties what was noted, when it is dropped: after the evaluation, and after its result was taken out.
pub(super) struct Opening;

impl Drop for Opening {
    fn drop(&mut self) {
        let noted = NOTED.take();
        for mut value in noted.values {
            if let Some(mut inside) = value.write_lock::<Dynamic>() {
                *inside = Dynamic::UNIT;
            }
        }
    }
}
