//! The driver: threads, progress and cancellation around the pure engine.

use super::EngineError;
use super::family::{READY, Workspace};
use super::observe::{Nobody, Observer};
use super::plan::{Plan, WorkUnit};
use super::tally::{StratumKind, Tally, ValueWeights};
use crate::random::Key;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

/// How to run.
pub struct Control<'a> {
    /// Threads; 0 = all cores.
    pub threads: usize,
    /// Told the families done since its last call, from any thread.
    pub progress: Option<&'a (dyn Fn(u64) + Sync)>,
    /// Set from outside to stop at the next chunk.
    pub cancelled: Option<&'a AtomicBool>,
    /// Batches to run (all: `0..layout.batches`).
    pub batches: std::ops::Range<usize>,
}

/// Families between two looks at the cancel flag and two words of progress.
const PULSE: u64 = 512;

/// Runs a plan: the same bits for any number of threads.
///
/// # Errors
/// Cancelled, out of threads, or a broken internal bound.
pub fn run(plan: &Plan, weights: &ValueWeights, control: &Control) -> Result<Tally, EngineError> {
    let store = Store {
        tally: Mutex::new(Tally::new(plan.layout().clone())),
        idle: Mutex::new(Vec::new()),
    };
    let live = |unit: &WorkUnit| -> Result<(), EngineError> {
        let idle = locked(&store.idle)?.pop();
        let mut workspace = idle.unwrap_or_else(|| Workspace::new(plan));
        run_unit(
            (plan, weights),
            unit,
            control,
            (&mut workspace, &store),
            &mut Nobody,
        )?;
        locked(&store.idle)?.push(workspace);
        Ok(())
    };
    let units = plan.units(control.batches.clone());
    if control.threads == 1 {
        // On the caller's own thread: a caller that runs several plans at once waits for none of them in another's pool.
        units.iter().try_for_each(live)?;
    } else {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(control.threads)
            .build()
            .map_err(|e| EngineError::Threads {
                asked: control.threads,
                why: e.to_string(),
            })?;
        pool.install(|| units.par_iter().with_max_len(1).try_for_each(live))?;
    }
    let mut tally = store.close()?;
    run_past(plan, weights, control, &mut tally)?;
    Ok(tally)
}

/// Runs all batches on the caller's thread and tells every event, but of customers who left before month 0: the same tally.
///
/// # Errors
/// As [`run`].
pub fn run_observed(
    plan: &Plan,
    weights: &ValueWeights,
    observer: &mut impl Observer,
) -> Result<Tally, EngineError> {
    let control = Control {
        threads: 1,
        progress: None,
        cancelled: None,
        batches: 0..plan.layout().batches,
    };
    let store = Store {
        tally: Mutex::new(Tally::new(plan.layout().clone())),
        idle: Mutex::new(Vec::new()),
    };
    let mut workspace = Workspace::new(plan);
    for unit in plan.units(control.batches.clone()) {
        let hands = (&mut workspace, &store);
        run_unit((plan, weights), &unit, &control, hands, observer)?;
    }
    locked(&store.idle)?.push(workspace);
    let mut tally = store.close()?;
    run_past(plan, weights, &control, &mut tally)?;
    Ok(tally)
}

/// What threads share.
struct Store<'a> {
    tally: Mutex<Tally>,
    /// Workspaces no thread has in hand. What their sheets keep by stratum is added to the tally when they go to another.
    idle: Mutex<Vec<Workspace<'a>>>,
}

impl Store<'_> {
    fn close(self) -> Result<Tally, EngineError> {
        let mut tally = self.tally.into_inner().map_err(|_| poisoned())?;
        for mut workspace in self.idle.into_inner().map_err(|_| poisoned())? {
            workspace.leave_stratum(&mut tally)?;
        }
        Ok(tally)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> Result<MutexGuard<'_, T>, EngineError> {
    mutex.lock().map_err(|_| poisoned())
}

fn poisoned() -> EngineError {
    EngineError::Internal("a thread ended inside the store".into())
}

fn run_unit<'a, O: Observer>(
    (plan, weights): (&'a Plan, &ValueWeights),
    unit: &WorkUnit,
    control: &Control,
    (workspace, store): (&mut Workspace<'a>, &Store<'a>),
    observer: &mut O,
) -> Result<(), EngineError> {
    let key = Key::new(plan.scenario.simulation.seed, unit.replication);
    if workspace.stratum() != Some(unit.stratum) {
        workspace.leave_stratum(&mut *locked(&store.tally)?)?;
        workspace.enter_stratum(unit.stratum, weights);
    }
    let mut told = 0;
    let ordinal = |i: u64| unit.first + i * unit.step;
    for i in 0..unit.count {
        let place = (i % READY as u64) as usize;
        if place == 0 {
            for (place, i) in (i..unit.count).take(READY).enumerate() {
                workspace.make_ready(place, key, unit.replication, unit.stratum, ordinal(i));
            }
        }
        if i % PULSE == 0 && control.cancelled.is_some_and(|c| c.load(Ordering::Relaxed)) {
            return Err(EngineError::Cancelled);
        }
        let family = (unit.stratum, ordinal(i));
        workspace.live_ready(place, key, unit.replication, family, observer)?;
        if i - told >= PULSE
            && let Some(progress) = control.progress
        {
            progress(i - told);
            told = i;
        }
    }
    if let Some(progress) = control.progress {
        progress(unit.count - told);
    }
    workspace.forget_looks_ahead();
    let mut tally = locked(&store.tally)?;
    let families = tally.families.slice_mut(&[unit.stratum, unit.batch]);
    families[0] += unit.count as i64;
    for (world, sheet) in workspace.sheets.iter_mut().enumerate() {
        sheet.flush_batch(world, unit.stratum, unit.batch, &mut tally)?;
    }
    Ok(())
}

/// The deterministic accounts of past customers, with the first batch.
fn run_past(
    plan: &Plan,
    weights: &ValueWeights,
    control: &Control,
    tally: &mut Tally,
) -> Result<(), EngineError> {
    let last = plan.layout().strata.len().wrapping_sub(1);
    let is_past = plan
        .layout()
        .strata
        .last()
        .is_some_and(|s| s.kind == StratumKind::Past);
    if !is_past || !control.batches.contains(&0) {
        return Ok(());
    }
    let mut workspace = Workspace::new(plan);
    workspace.enter_stratum(last, weights);
    workspace.live_past(&mut Nobody);
    tally.families.slice_mut(&[last, 0])[0] += 1;
    for (world, sheet) in workspace.sheets.iter_mut().enumerate() {
        sheet.flush_batch(world, last, 0, tally)?;
    }
    workspace.leave_stratum(tally)
}

/// Lives one family and tells every event of every world.
///
/// # Errors
/// As [`run`]; [`EngineError::Limit`] where the family does not exist.
pub fn observe_family(
    plan: &Plan,
    replication: u32,
    stratum: usize,
    ordinal: u64,
    observer: &mut impl Observer,
) -> Result<(), EngineError> {
    let exists = plan
        .strata
        .get(stratum)
        .is_some_and(|s| ordinal < s.simulated)
        && replication < plan.scenario.simulation.replications.max(1);
    if !exists {
        return Err(EngineError::Limit(
            "there is no such simulated customer".into(),
        ));
    }
    let mut workspace = Workspace::new(plan);
    workspace.observe(replication, stratum, ordinal, observer)
}

/// Tells the accounts of customers who left before the start, one per vintage, at market scale.
pub fn observe_past(plan: &Plan, observer: &mut impl Observer) {
    Workspace::new(plan).live_past(observer);
}

impl Workspace<'_> {
    /// Lives one family for an observer, reusing the buffers; the sheets are left dirty and must not be flushed.
    ///
    /// # Errors
    /// As [`run`].
    pub fn observe(
        &mut self,
        replication: u32,
        stratum: usize,
        ordinal: u64,
        observer: &mut impl Observer,
    ) -> Result<(), EngineError> {
        let key = Key::new(self.plan().scenario.simulation.seed, replication);
        self.live(key, replication, stratum, ordinal, observer)
    }
}
