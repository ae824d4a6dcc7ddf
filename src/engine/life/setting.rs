//! What is the same for every life under one program, and how far it can move a person.

use super::months_fixed;
use crate::behavior::ceiling::{Ceiling, Ceilings};
use crate::behavior::redemption::log_threshold;
use crate::behavior::{Dials, Mechanics, attraction};
use crate::engine::flow::CapFlow;
use crate::engine::later::Later;
use crate::engine::sheet::Sheet;
use crate::engine::tally::World;
use crate::population::{Calendar, Person};
use crate::program::Rules;
use crate::program::rules::VersionRules;
use crate::random::elementary::exp;
use crate::scenario::model::Scenario;

/// Times of the run, in months, shared by all lives.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    pub horizon: f64,
    /// End of the run-off.
    pub end: f64,
    pub months: i32,
    pub opening_vintages: i32,
    /// Earning stops at the horizon.
    pub closed: bool,
    /// Months of purchases before month 0 that trailing windows remember.
    pub warm_up: f64,
    /// Expected sales after the horizon, where asked for.
    pub later: Option<Later>,
}

/// What is the same for every life under one program.
pub struct Setting<'a> {
    pub world: World,
    pub rules: &'a Rules,
    /// `None` in the skeptic's world.
    pub dials: Option<&'a Dials>,
    /// Redemption and effect parameters (also the skeptic's: redeeming is a rule of conduct, not a dial).
    pub behavior: &'a crate::scenario::model::Behavior,
    pub frame: Frame,
    pub calendar: &'a Calendar,
    /// By version of the rules: ln of the threshold of redeeming before a person's own score.
    pub log_thresholds: Vec<f64>,
    /// Base purchases whose keep uniform is not above this are never dropped; infinite where none can be. The second is of
    /// those who do not feel the loss of a tier.
    pub keep_floors: [f64; 2],
    pub moves_attrition: bool,
    pub moves_basket: bool,
    /// What of the program the bounds of the dials depend on.
    pub mechanics: Mechanics,
    /// Share by which arrivals rise in this world from the launch on; none in the skeptic's world.
    pub attraction: f64,
    /// Whether the program has tiers, and whether their rules or dated ones multiply points.
    pub has_tiers: bool,
    pub multiplies: bool,
    /// Whether what is missing to a tier can move this world's dials.
    pub presses_to_tiers: bool,
    /// By calendar month from month 0: whether it can in it.
    pressing_months: [bool; 12],
    /// Bounds of the frequency by the time since joining and redeeming.
    ceilings: Option<Ceilings>,
    /// Whether the program pays for friends, and whether those buy larger or smaller baskets.
    pub pays_for_friends: bool,
    pub moves_friends_basket: bool,
}

/// What of a program the bounds of its dials depend on.
pub fn mechanics(rules: &Rules) -> Mechanics {
    Mechanics {
        tiers: rules.most_tiers(),
        referral: rules.referral.is_some(),
    }
}

impl<'a> Setting<'a> {
    /// A program's world as `dials` move it; `None` is the skeptic's.
    pub fn new(
        world: World,
        rules: &'a Rules,
        dials: Option<&'a Dials>,
        (scenario, frame, calendar): (&'a Scenario, Frame, &'a Calendar),
    ) -> Setting<'a> {
        let behavior = &scenario.behavior;
        let mechanics = mechanics(rules);
        let threshold =
            |v: &VersionRules| log_threshold(&behavior.redemption, v.catalog.cheapest());
        let pressing =
            behavior.tier_pressure.strength > 0.0 || behavior.demotion_fear.strength > 0.0;
        Setting {
            world,
            rules,
            dials,
            behavior,
            frame,
            calendar,
            log_thresholds: rules.versions.iter().map(threshold).collect(),
            keep_floors: [true, false].map(|hurt| {
                dials
                    .filter(|d| d.can_reduce_with(mechanics))
                    .map_or(f64::INFINITY, |d| d.keep_floor(mechanics, hurt))
            }),
            moves_attrition: dials.is_some_and(|d| d.moves_attrition_with(mechanics)),
            moves_basket: dials.is_some_and(Dials::moves_basket),
            mechanics,
            attraction: dials.map_or(0.0, |_| {
                attraction::level(rules.arrival_lift, behavior.effect_multiplier)
            }),
            has_tiers: rules.has_tiers(),
            multiplies: rules.has_tiers() || !rules.promotions.is_empty(),
            presses_to_tiers: dials.is_some() && mechanics.tiers > 0 && pressing,
            pressing_months: std::array::from_fn(|month| {
                let months = behavior.tier_pressure.deadline_months;
                let mut tiers = rules.versions.iter().filter_map(|v| v.tiers.as_ref());
                tiers.any(|tiers| tiers.can_end_within(month as i32, months))
            }),
            ceilings: dials.map(|dials| Ceilings::new(dials, mechanics)),
            pays_for_friends: mechanics.referral,
            moves_friends_basket: mechanics.referral
                && dials.is_some_and(|d| d.moves_basket_with(mechanics)),
        }
    }

    /// Whether an arrival of this level and instant (months), which world 0 does not have, comes in this world.
    pub fn attracts(&self, level: f64, time: f64) -> bool {
        level < self.attraction && time >= self.rules.launch
    }

    /// From which instant on a visit makes this person a member; infinite where none does.
    pub fn enrolls(&self, person: &Person) -> f64 {
        let rules = &self.rules.enrollment;
        rules.earliest(person.rate, person.enrollment)
    }

    /// Whether one who is nobody's friend, leaves at `leaving` in world 0 and enrolls from `enroll_at` on lives here as in
    /// world 0, as far as no purchase has a keep uniform above [`Setting::keep_floors`] of the unhurt: nothing acts on
    /// those who are no members.
    pub fn passes_by(&self, person: &Person, leaving: f64, enroll_at: f64) -> bool {
        let horizon = self.frame.horizon;
        // Who leaves at the very horizon does so on either side of it.
        enroll_at >= leaving.min(horizon)
            && leaving != horizon
            && person.exposure_per_purchase == 0.0
            && !self.dials.is_some_and(Dials::lifts_everyone)
    }

    /// Books the months from launch or arrival to leaving or the horizon, in which effects could act.
    pub fn book_live_months(&self, sheet: &mut Sheet, person: &Person, left_at: f64) {
        let horizon = self.frame.horizon;
        let from = self.rules.launch.max(person.anchor).min(horizon);
        let months = months_fixed(left_at.min(horizon) - from);
        sheet.cap(CapFlow::LiveMonths, months);
    }

    /// What the mean basket of a friend is multiplied by whom only an invitation brings; 1 in the skeptic's world, where
    /// nobody comes who would not have come.
    pub fn size_of_friends(&self) -> f64 {
        match (&self.rules.referral, self.dials) {
            (Some(rules), Some(_)) => rules.size_factor,
            _ => 1.0,
        }
    }

    /// Whether what is missing to a tier can move a dial in a month (from 0 on).
    #[inline(always)]
    pub fn tiers_press(&self, month: i16) -> bool {
        self.presses_to_tiers && self.pressing_months[month as u16 as usize % 12]
    }

    /// How far the frequency of this person can rise under this program; not at all in the skeptic's world.
    pub fn reach_of(&self, person: &Person) -> Reach {
        let Some(dials) = self.dials else {
            return Reach::default();
        };
        let pressure = self.pressure_on(dials, person);
        let redeemer = person.redeemer >= self.behavior.redemption.never_share;
        let flexible = person.flexible < self.behavior.expiry_pressure.flexible_share;
        let bound = dials.person_bound_with(flexible, redeemer, pressure, self.mechanics);
        let level = exp(bound.total) - 1.0;
        let ceiling = |ceilings: &Ceilings| ceilings.of(flexible, redeemer, pressure, level);
        Reach {
            pressed: pressure > 0.0,
            bound: bound.total,
            level,
            ceiling: self.ceilings.as_ref().map(ceiling).unwrap_or_default(),
        }
    }

    /// The strongest points pressure any reward can put on this person.
    fn pressure_on(&self, dials: &Dials, person: &Person) -> f64 {
        let issue = 12.0 * person.rate * person.basket;
        let mut pressure = 0.0f64;
        for version in &self.rules.versions {
            let per_year = issue * version.earn.points_num as f64 / version.earn.points_den as f64;
            for reward in &version.catalog.rewards {
                let expected = per_year / reward.points as f64;
                pressure = pressure.max(dials.pressure_bound(reward.kind, expected));
            }
        }
        pressure
    }
}

/// How far the frequency of a person can rise under a program.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reach {
    /// Whether points pressure can act on this person under any version of the rules.
    pub pressed: bool,
    /// Largest η.
    pub bound: f64,
    /// The level e^η − 1 that goes with it: candidates above it are never accepted.
    pub level: f64,
    /// The same as it falls with time.
    pub(super) ceiling: Ceiling,
}
