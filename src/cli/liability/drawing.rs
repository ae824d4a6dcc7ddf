//! Draws of a bootstrap on the threads a command was given.

use super::arguments::LiabilityArgs;
use crate::errors::Failure;
use crate::liability::estimate::bootstrap::Bootstrap;
use crate::random::Key;
use rayon::prelude::*;

/// Runs what `work` needs on the threads that were asked for.
///
/// # Errors
/// [`crate::errors::Category::Input`] where threads cannot be started.
pub fn on_threads<T: Send>(
    args: &LiabilityArgs,
    work: impl FnOnce() -> T + Send,
) -> Result<T, Failure> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(usize::from(args.threads.threads))
        .build();
    let pool =
        pool.map_err(|error| Failure::input(format!("cannot start the threads: {error}")))?;
    Ok(pool.install(work))
}

/// Draws of a bootstrap, by their number and in order: the same for any number of threads. `stream` tells books apart.
pub fn draws(args: &LiabilityArgs, bootstrap: &Bootstrap, stream: u32, count: u64) -> Vec<f64> {
    let key = Key::new(args.bootstrap_seed(), stream);
    (0..count)
        .into_par_iter()
        .filter_map(|number| bootstrap.draw(key, number))
        .collect()
}
