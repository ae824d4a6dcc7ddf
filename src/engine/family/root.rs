//! Customers whose lives do not depend on others' are made ready several at a time: who each is, what fate holds for him and
//! when he leaves in world 0. What makes persons and fates and what lives them are each more code than a processor keeps at
//! hand beside the other; taken in turn for every customer, each would have to be fetched again for every customer.

use super::{Workspace, decile_of, draw_root};
use crate::engine::baseline;
use crate::engine::fate::Fate;
use crate::engine::life::{Reach, WorldZero};
use crate::random::Key;

/// Customers made ready at a time: enough that fetching code no longer counts, few enough that their fates stay in the
/// second cache.
pub(in crate::engine) const READY: usize = 16;

/// A customer ready to be lived.
pub(super) struct Root<'a> {
    pub fate: Box<Fate<'a>>,
    /// By setting.
    pub reaches: Vec<Reach>,
    pub decile: usize,
    pub zero: WorldZero,
}

impl<'a> Root<'a> {
    /// Buffers alone: nobody is ready.
    pub fn nobody(fate: Fate<'a>, settings: usize) -> Root<'a> {
        Root {
            fate: Box::new(fate),
            reaches: vec![Reach::default(); settings],
            decile: 0,
            zero: WorldZero {
                arrival: f64::INFINITY,
                leaving: f64::INFINITY,
                inclusive: false,
            },
        }
    }
}

impl Workspace<'_> {
    /// Makes a customer ready at one of [`READY`] places. Nothing in a stratum of those whom programs attract, who are made
    /// ready world by world.
    #[inline(never)]
    pub(in crate::engine) fn make_ready(
        &mut self,
        place: usize,
        key: Key,
        replication: u32,
        stratum: usize,
        ordinal: u64,
    ) {
        let plan = self.plan;
        if plan.strata[stratum].attracted.is_some() {
            return;
        }
        let laws = &plan.laws[plan.strata[stratum].segment];
        let person = draw_root(plan, key, replication, stratum, ordinal);
        let likely_end = person.leaving_without_dials().min(plan.frame.horizon);
        let root = &mut self.roots[place];
        let mut level = 0.0f64;
        for (reach, setting) in root.reaches.iter_mut().zip(&self.settings) {
            *reach = setting.reach_of(&person);
            level = level.max(reach.level);
        }
        root.fate.exchange_scratch(&mut self.fate);
        root.fate
            .start(person, laws, plan.frame.warm_up, likely_end, level);
        root.fate.exchange_scratch(&mut self.fate);
        root.decile = decile_of(plan, &person, laws.margin_rate);
        root.zero = baseline::leaving(&root.fate, plan.frame.horizon);
    }
}
