//! `fidelio trace`: one simulated customer's lives in every world, event by event.

mod customer;

use super::input::Input;
use super::{ScenarioArgs, Voice, console, live, record};
use crate::engine::observe::{Absence, Event, EventKind, Label, Member, Observer, StatusMove};
use crate::engine::plan::Plan;
use crate::engine::run;
use crate::engine::tally::World;
use crate::errors::Failure;
use crate::scenario::model::Scenario;
use crate::study::synthetic_ledger;
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

/// Arguments of `fidelio trace`.
#[derive(Args, Debug)]
pub struct TraceArgs {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// Segment of the customer [default: the scenario's first].
    #[arg(long, value_name = "NAME")]
    pub segment: Option<String>,
    /// Which customer of the segment, from 0 [default: 0; with --attracted the first who comes].
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = ordinal)]
    pub ordinal: Option<u64>,
    /// One who arrives during the horizon instead of one of the opening base.
    #[arg(long)]
    pub arriving: bool,
    /// One who comes only where a program attracts him (its `arrival_lift`).
    #[arg(long, conflicts_with = "arriving")]
    pub attracted: bool,
    #[command(flatten)]
    pub voice: Voice,
}

fn ordinal(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "a whole number from 0".to_owned())
}

/// The lives of one customer.
#[derive(Debug, Serialize)]
struct Lives {
    scenario: String,
    segment: String,
    stratum: &'static str,
    ordinal: u64,
    seed: u64,
    currency: String,
    worlds: Vec<Life>,
    /// Whom the customer brings, and whom they bring.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    friends: Vec<Friend>,
}

/// The lives of one friend.
#[derive(Debug, Serialize)]
struct Friend {
    /// Slots from the customer down, counted from 1: 2.1 is the first friend of the second friend.
    name: String,
    generation: u32,
    /// Those in which he comes, or something would have happened.
    worlds: Vec<Life>,
}

/// One life.
#[derive(Debug, Serialize)]
struct Life {
    world: String,
    events: Vec<Line>,
}

/// One event as told.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Line {
    /// Calendar day: the same part of its month as the instant is of the simulation's equal months.
    date: String,
    /// Months since the start of the scenario.
    months: f64,
    event: &'static str,
    /// Which reward, or why a purchase is where it is: base, retained, extra, arrival, dropped, lost.
    label: String,
    /// Major units at full price; empty where no money is involved.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<f64>,
    /// Major units after discounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    paid: Option<f64>,
    /// Points, negative where they leave the balance.
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<i64>,
    /// Points held after the event.
    balance: i64,
}

/// Tells one customer's lives.
///
/// # Errors
/// [`crate::errors::Category::Input`] where there is no such customer.
pub fn trace(args: &TraceArgs) -> Result<(), Failure> {
    let input = Input::read(
        &args.scenario,
        console::color_on_stderr(args.voice.no_color),
    )?;
    let plan = Plan::new(&input.scenario).map_err(|e| live::failure_of(&input, e))?;
    let customer = customer::find(args, &input.scenario, &plan)?;
    let mut teller = Teller::new(&input.scenario, &plan);
    let (stratum, within) = (customer.stratum, customer.within);
    run::observe_family(&plan, 0, stratum, within, &mut teller).map_err(live::failure)?;
    let lives = Lives {
        scenario: input.scenario.name.clone(),
        segment: customer.segment,
        stratum: customer.kind,
        ordinal: customer.ordinal,
        seed: input.scenario.simulation.seed,
        currency: input.scenario.currency.code.clone(),
        friends: teller.friends(),
        worlds: teller.root,
    };
    if args.voice.json {
        return console::say(&record::json(&lives));
    }
    console::say(&words(&lives, input.scenario.currency.digits as usize))
}

/// Writes down what it sees, world by world.
struct Teller<'a> {
    scenario: &'a Scenario,
    plan: &'a Plan,
    worlds: Vec<World>,
    /// Of the customer asked for, then of each friend with the path of slots to him.
    root: Vec<Life>,
    friends: Vec<(Member, String, Vec<Life>)>,
}

impl<'a> Teller<'a> {
    fn new(scenario: &'a Scenario, plan: &'a Plan) -> Teller<'a> {
        let worlds = plan.layout().worlds.clone();
        let life = |world: &World| Life {
            world: world_name(scenario, *world),
            events: Vec::new(),
        };
        Teller {
            scenario,
            plan,
            root: worlds.iter().map(life).collect(),
            friends: Vec::new(),
            worlds,
        }
    }

    /// Friends with the worlds in which anything happens to them.
    fn friends(&mut self) -> Vec<Friend> {
        let friends = std::mem::take(&mut self.friends);
        let told = friends.into_iter().map(|(member, name, mut worlds)| {
            worlds.retain(|life| !life.events.is_empty());
            // What world 0 bought at another time is told after the life.
            for life in &mut worlds {
                life.events.sort_by(|a, b| a.months.total_cmp(&b.months));
            }
            Friend {
                name,
                generation: member.generation,
                worlds,
            }
        });
        told.collect()
    }

    /// Minor units in major ones.
    fn money(&self, minor: i64) -> Option<f64> {
        Some(minor as f64 / self.scenario.currency.minor_per_major() as f64)
    }

    /// One event in words.
    fn tell(&self, world: World, event: &Event) -> Line {
        let mut line = Line {
            date: date(self.scenario, event.time, &event.kind),
            months: event.time,
            event: name(&event.kind),
            label: String::new(),
            amount: None,
            paid: None,
            points: None,
            balance: event.balance,
        };
        match event.kind {
            EventKind::Purchase {
                label,
                amount,
                paid,
                points,
                ..
            } => {
                line.label = label_name(label).to_owned();
                line.amount = self.money(amount);
                line.paid = self.money(paid);
                line.points = (points != 0).then_some(points);
            }
            EventKind::NotBought { absence, amount } => {
                line.label = absence_name(absence).to_owned();
                line.amount = self.money(amount);
            }
            EventKind::Redemption { reward, points, .. } => {
                line.label = self.reward_name(world, reward);
                line.points = Some(points.saturating_neg());
            }
            EventKind::SignUpBonus { points } | EventKind::OpeningLot { points, .. } => {
                line.points = Some(points);
            }
            EventKind::Invitation { slot } => line.label = friend_name(slot),
            EventKind::ReferralReward { points, money, .. }
            | EventKind::Welcome { points, money } => {
                if let EventKind::ReferralReward { slot, .. } = event.kind {
                    line.label = friend_name(slot);
                }
                line.points = (points != 0).then_some(points);
                line.amount = self.money(money).filter(|_| money != 0);
            }
            EventKind::Expiry { points } => line.points = Some(points.saturating_neg()),
            // Outstanding in the books, never to be redeemed: nothing moves.
            EventKind::Dormant { points } => line.label = format!("{points} points"),
            EventKind::Opening { age } => line.label = format!("{age:.1} months a customer"),
            EventKind::Status { how, from, to } => {
                line.label = self.moved(world, event.time, how, (from, to));
            }
            EventKind::NewRules { version } => line.label = format!("version {}", version + 1),
            EventKind::Arrival
            | EventKind::Enrollment
            | EventKind::Ambassador
            | EventKind::CardAbandoned
            | EventKind::Leaving => {}
        }
        line
    }

    /// From which tier to which.
    fn moved(&self, world: World, time: f64, how: StatusMove, (from, to): (u8, u8)) -> String {
        // The rules of the month that ends, and for what was held before new ones.
        let before = time - 0.5;
        let (of, into) = match how {
            StatusMove::Demoted | StatusMove::Requalified => (before, before),
            StatusMove::Carried => (before, time),
            StatusMove::Matched | StatusMove::Promoted => (time, time),
        };
        let from = self.tier_name(world, of, from);
        let to = self.tier_name(world, into, to);
        format!("{from} → {to}")
    }

    /// The tier of a rank under the rules of an instant.
    fn tier_name(&self, world: World, time: f64, rank: u8) -> String {
        let (World::Program(program) | World::Skeptic(program)) = world else {
            return String::new();
        };
        let name = self.plan.tier_name(program, time, rank);
        name.unwrap_or("no tier").to_owned()
    }

    fn reward_name(&self, world: World, reward: usize) -> String {
        let (World::Program(program) | World::Skeptic(program)) = world else {
            return String::new();
        };
        let names = self.plan.reward_names(program);
        names.get(reward).cloned().unwrap_or_default()
    }
}

impl Observer for Teller<'_> {
    fn event(&mut self, world: World, event: &Event) {
        if let Some(at) = self.worlds.iter().position(|known| *known == world) {
            let line = self.tell(world, event);
            let lives = match self.friends.last_mut() {
                Some((_, _, lives)) => lives,
                None => &mut self.root,
            };
            lives[at].events.push(line);
        }
    }

    fn member(&mut self, member: &Member) {
        let Some((parent, slot)) = member.parent else {
            return;
        };
        let of = self.friends.iter().find(|(m, _, _)| m.subject == parent);
        let name = match of {
            Some((_, name, _)) => format!("{name}.{}", slot + 1),
            None => (slot + 1).to_string(),
        };
        let life = |world: &World| Life {
            world: world_name(self.scenario, *world),
            events: Vec::new(),
        };
        let lives = self.worlds.iter().map(life).collect();
        self.friends.push((*member, name, lives));
    }
}

fn world_name(scenario: &Scenario, world: World) -> String {
    let program = |i: usize| {
        scenario
            .programs
            .get(i)
            .map_or("?", |program| program.name.as_str())
    };
    match world {
        World::None => "no program".to_owned(),
        World::Program(i) => program(i).to_owned(),
        World::Skeptic(i) => format!("{}, behavior unchanged (skeptic's world)", program(i)),
    }
}

fn name(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::Opening { .. } => "opening",
        EventKind::Arrival => "arrival",
        EventKind::Enrollment => "enrollment",
        EventKind::SignUpBonus { .. } => "sign-up bonus",
        EventKind::OpeningLot { .. } => "opening points",
        EventKind::Redemption { .. } => "redemption",
        EventKind::Purchase { first: true, .. } => "first purchase",
        EventKind::Purchase { .. } => "purchase",
        EventKind::NotBought { .. } => "not bought",
        EventKind::Expiry { .. } => "expiry",
        EventKind::CardAbandoned => "card abandoned",
        EventKind::Status { how, .. } => match how {
            StatusMove::Matched => "status matched",
            StatusMove::Promoted => "promoted",
            StatusMove::Requalified => "requalified",
            StatusMove::Demoted => "demoted",
            StatusMove::Carried => "status carried over",
        },
        EventKind::Ambassador => "ambassador",
        EventKind::Invitation { .. } => "invites",
        EventKind::ReferralReward { .. } => "referral reward",
        EventKind::Welcome { .. } => "welcome reward",
        EventKind::NewRules { .. } => "new rules",
        EventKind::Leaving => "leaves for good",
        EventKind::Dormant { .. } => "points dormant",
    }
}

/// The friend of a slot, numbered as in the headings of the family.
fn friend_name(slot: u32) -> String {
    format!("friend {}", slot + 1)
}

fn label_name(label: Label) -> &'static str {
    match label {
        Label::Base => "base",
        Label::Retained => "retained",
        Label::Extra => "extra",
        Label::Arrival => "arrival",
    }
}

fn absence_name(absence: Absence) -> &'static str {
    match absence {
        Absence::Dropped => "dropped",
        Absence::Lost => "lost",
        Absence::Moved => "moved",
    }
}

/// Calendar day of an instant. What is due at a month end is due on its last day.
fn date(scenario: &Scenario, months: f64, kind: &EventKind) -> String {
    let at_end = match kind {
        EventKind::Expiry { .. } | EventKind::Dormant { .. } => true,
        EventKind::Status { how, .. } => {
            matches!(how, StatusMove::Demoted | StatusMove::Requalified)
        }
        _ => false,
    };
    synthetic_ledger::day_of(scenario.start, months, at_end).to_string()
}

fn words(lives: &Lives, digits: usize) -> String {
    let mut text = format!(
        "{}: customer {} of segment \"{}\" ({}), seed {}; amounts in {}\n",
        lives.scenario, lives.ordinal, lives.segment, lives.stratum, lives.seed, lives.currency
    );
    for life in &lives.worlds {
        text += &format!("\n{}\n{}\n", life.world, table(life, digits));
    }
    for friend in &lives.friends {
        text += &format!("\nFriend {}\n", friend.name);
        for life in &friend.worlds {
            text += &format!("\n{}\n{}\n", life.world, table(life, digits));
        }
    }
    text
}

fn table(life: &Life, digits: usize) -> String {
    if life.events.is_empty() {
        return "  nothing happens".to_owned();
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "date", "event", "label", "amount", "paid", "points", "balance",
    ]);
    for event in &life.events {
        let money = |amount: Option<f64>| {
            amount.map_or(String::new(), |amount| format!("{amount:.digits$}"))
        };
        table.add_row([
            event.date.clone(),
            event.event.to_owned(),
            event.label.clone(),
            money(event.amount),
            money(event.paid),
            event
                .points
                .map_or(String::new(), |points| format!("{points:+}")),
            event.balance.to_string(),
        ]);
    }
    for column in table.column_iter_mut().skip(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let lines: Vec<String> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_exist_and_month_ends_are_last_days() {
        let text = crate::scenario::starter_transactional();
        let scenario = crate::scenario::parse(text).scenario.unwrap();
        let start = scenario.start;
        let at = |months, kind| date(&scenario, months, &kind);
        assert_eq!(at(0.0, EventKind::Leaving), format!("{start}-01"));
        let february = f64::from((14 - start.month as i32).rem_euclid(12));
        let last = at(february + 0.999_999, EventKind::Leaving);
        assert!(
            last.ends_with("-02-28") || last.ends_with("-02-29"),
            "{last}"
        );
        assert_eq!(at(february + 1.0, EventKind::Expiry { points: 1 }), last);
    }
}
