//! Ctrl-C: the first asks the run to stop, the second does not wait for it.

use crate::errors::{Category, Failure};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static CANCELLED: AtomicBool = AtomicBool::new(false);
static INSTALLED: OnceLock<Result<(), String>> = OnceLock::new();

/// The flag that Ctrl-C sets, from now on.
///
/// # Errors
/// Where the handler cannot be installed.
pub fn flag() -> Result<&'static AtomicBool, Failure> {
    let installed = INSTALLED.get_or_init(|| {
        ctrlc::set_handler(|| {
            if CANCELLED.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(Category::Cancelled.exit_code()));
            }
        })
        .map_err(|error| error.to_string())
    });
    match installed {
        Ok(()) => Ok(&CANCELLED),
        Err(error) => Err(Failure::internal(format!(
            "cannot listen for Ctrl-C: {error}"
        ))),
    }
}

/// Fails where Ctrl-C was pressed.
///
/// # Errors
/// [`Category::Cancelled`].
pub fn check() -> Result<(), Failure> {
    if CANCELLED.load(Ordering::Relaxed) {
        return Err(Failure::cancelled());
    }
    Ok(())
}
