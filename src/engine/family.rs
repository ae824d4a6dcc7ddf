//! One family: a root with the friends it brings (from the referral program on), lived in every world and forgotten.

use super::EngineError;
use super::baseline;
use super::fate::Fate;
use super::flow::{DecileFlow, Distribution, GroupFlow, StatusGroup};
use super::life::{Life, Reach, Setting, Summary};
use super::observe::Observer;
use super::plan::Plan;
use super::sheet::Sheet;
use super::tally::{Tally, ValueWeights, World};
use crate::population::Person;
use crate::population::person::Traits;
use crate::random::{Key, Subject};

/// Buffers of one thread.
pub struct Workspace<'a> {
    plan: &'a Plan,
    fate: Fate<'a>,
    life: Life,
    settings: Vec<Setting<'a>>,
    /// By setting, of the person in hand.
    reaches: Vec<Reach>,
    /// What the sheets keep by stratum belongs to this one.
    stratum: Option<usize>,
    pub(super) sheets: Vec<Sheet>,
}

impl<'a> Workspace<'a> {
    pub fn new(plan: &'a Plan) -> Workspace<'a> {
        let key = Key::new(0, 0);
        let laws = &plan.laws[0];
        let person = Person::draw(key, Subject(0), laws, None);
        let settings: Vec<Setting> = plan
            .layout()
            .worlds
            .iter()
            .filter_map(|world| {
                let (program, dials) = match world {
                    World::None => return None,
                    World::Program(i) => (*i, Some(&plan.dials)),
                    World::Skeptic(i) => (*i, None),
                };
                let market = (&plan.scenario, plan.frame, &plan.calendar);
                Some(Setting::new(*world, &plan.rules[program], dials, market))
            })
            .collect();
        Workspace {
            plan,
            fate: Fate::new(&plan.calendar, laws, person, plan.level_bound),
            reaches: vec![Reach::default(); settings.len()],
            stratum: None,
            life: Life::with_vintages(plan.frame.opening_vintages),
            settings,
            sheets: plan
                .layout()
                .worlds
                .iter()
                .map(|_| Sheet::new(plan.layout()))
                .collect(),
        }
    }

    pub(super) fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// The stratum in hand.
    pub(super) fn stratum(&self) -> Option<usize> {
        self.stratum
    }

    /// Adds to the tally what the sheets keep by stratum.
    ///
    /// # Errors
    /// Where a total exceeds 64 bits.
    pub(super) fn leave_stratum(&mut self, tally: &mut Tally) -> Result<(), EngineError> {
        if let Some(stratum) = self.stratum.take() {
            for (world, sheet) in self.sheets.iter_mut().enumerate() {
                sheet.flush_stratum(world, stratum, tally)?;
            }
        }
        Ok(())
    }

    /// Loads the value weights of a stratum's segment.
    pub fn enter_stratum(&mut self, stratum: usize, weights: &ValueWeights) {
        self.stratum = Some(stratum);
        let segment = self.plan.layout().strata[stratum].segment;
        for (world, sheet) in self.sheets.iter_mut().enumerate() {
            sheet.set_weights(weights.of(world, segment));
        }
    }

    /// Lives one family in every world.
    ///
    /// # Errors
    /// See [`Life::live`].
    #[inline(never)]
    pub fn live<O: Observer>(
        &mut self,
        key: Key,
        replication: u32,
        stratum: usize,
        ordinal: u64,
        observer: &mut O,
    ) -> Result<(), EngineError> {
        let plan = self.plan;
        let stratum_plan = &plan.strata[stratum];
        let laws = &plan.laws[stratum_plan.segment];
        let subject = Subject::root(stratum_plan.hash, ordinal);
        let person = if stratum_plan.opening {
            Person::draw(key, subject, laws, None)
        } else {
            let uniform = Person::arrival_uniform(key, subject);
            let time = plan.schedules[stratum][replication as usize].instant(ordinal, uniform);
            let channel = &plan.scenario.market.channels[plan.channels.channel(ordinal)];
            Person::draw(key, subject, laws, Some((time, channel)))
        };
        let likely_end = person.leaving_without_dials().min(plan.frame.horizon);
        let mut level = 0.0f64;
        for (reach, setting) in self.reaches.iter_mut().zip(&self.settings) {
            *reach = setting.reach_of(&person);
            level = level.max(reach.level);
        }
        self.fate
            .start(person, laws, plan.frame.warm_up, likely_end, level);
        let decile = plan.pilot.decile(plan.pilot.expected.of(
            &Traits {
                rate: person.rate,
                hazard: person.hazard,
                exposure_per_purchase: person.exposure_per_purchase,
                basket: person.basket,
                age: person.age,
            },
            laws.margin_rate,
            person.anchor,
        ));
        let zero = baseline::leaving(&self.fate, plan.frame.horizon);
        let mut value_zero = 0;
        let mut sheets = self.sheets.iter_mut();
        if plan.scenario.simulation.baseline
            && let Some(sheet) = sheets.next()
        {
            let summary = baseline::live(&self.fate, zero, &plan.frame, sheet, observer);
            value_zero = sheet.close_person();
            book_person(sheet, decile, &summary, value_zero, None);
        }
        let baseline = plan.scenario.simulation.baseline;
        for ((setting, reach), sheet) in self.settings.iter().zip(&self.reaches).zip(sheets) {
            let summary =
                self.life
                    .live(setting, &mut self.fate, (zero, *reach), sheet, observer)?;
            let value = sheet.close_person();
            Life::book_naive(&summary, sheet);
            let difference = baseline.then_some(value - value_zero);
            book_person(sheet, decile, &summary, value, difference);
            if setting.has_tiers && summary.member {
                book_status(sheet, &summary, value, difference.unwrap_or(0));
            }
        }
        Ok(())
    }

    /// Lives the accounts of customers who left before month 0.
    pub fn live_past<O: Observer>(&mut self, observer: &mut O) {
        let skip = usize::from(self.plan.scenario.simulation.baseline);
        for (setting, sheet) in self.settings.iter().zip(&mut self.sheets[skip..]) {
            self.life.settle_past(setting, sheet, observer);
            sheet.close_person();
        }
    }
}

fn book_person(
    sheet: &mut Sheet,
    decile: usize,
    summary: &Summary,
    value: i64,
    difference: Option<i64>,
) {
    sheet.distribution(Distribution::Value, value);
    sheet.distribution(Distribution::Sales, summary.paid);
    for (flow, amount) in [
        (DecileFlow::Customers, 1),
        (DecileFlow::Value, value),
        (DecileFlow::Sales, summary.paid),
        (DecileFlow::PointsIssued, summary.issued),
        (DecileFlow::PointsRedeemed, summary.redeemed),
        (DecileFlow::RewardCost, summary.reward_cost),
    ] {
        sheet.decile(decile, flow, amount);
    }
    if let Some(difference) = difference {
        sheet.distribution(Distribution::Difference, difference);
        sheet.decile(decile, DecileFlow::ValueDifference, difference);
    }
}

/// Members by what status did to them.
fn book_status(sheet: &mut Sheet, summary: &Summary, value: i64, difference: i64) {
    for (group, is) in [
        (StatusGroup::Members, true),
        (StatusGroup::EverPromoted, summary.promoted),
        (StatusGroup::EverDemoted, summary.demoted),
        (StatusGroup::NeverElevated, !summary.elevated),
    ] {
        if is {
            sheet.group(group, GroupFlow::Customers, 1);
            sheet.group(group, GroupFlow::Value, value);
            sheet.group(group, GroupFlow::ValueDifference, difference);
        }
    }
}
