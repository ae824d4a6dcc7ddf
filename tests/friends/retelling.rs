//! Who comes when, and who is paid when, worked out anew from the uniforms of the slots and from when each person of the
//! family joined, bought and left: everything told of friends must be exactly that, in every world.

use crate::family::{AT_ONCE, Family, Person, UNTIED, Written, family};
use fidelio::engine::observe::EventKind;
use fidelio::engine::tally::World;
use fidelio::random::address::{uniform32, uniform64};
use fidelio::random::{Key, Purpose, Subject};
use fidelio::scenario::model::{Ambassadors, Referral, Scenario};

const HERE: World = World::Program(0);

/// −ln(1 − u)/hazard.
fn waits(hazard: f64, u: f64) -> f64 {
    if hazard > 0.0 {
        -(1.0 - u).ln() / hazard
    } else {
        f64::INFINITY
    }
}

/// What the retelling makes of one slot of one person in one world.
#[derive(Debug, Default)]
struct Slot {
    invited: Option<f64>,
    comes: Option<f64>,
    by_invitation: bool,
    /// Paid for nobody.
    disguised: Option<f64>,
}

struct Retelling<'a> {
    scenario: &'a Scenario,
    rules: &'a Referral,
    horizon: f64,
}

impl Retelling<'_> {
    /// Intervals in which a person is an ambassador.
    fn ambassador(&self, person: &Person, qualified: f64, acceptance: f64) -> Vec<(f64, f64)> {
        let left = person.left(HERE);
        let joined = person.of(HERE).find(|e| e.kind == EventKind::Enrollment);
        let Some(joined) = joined.map(|e| e.time) else {
            return Vec::new();
        };
        let from = joined.max(qualified);
        match self.rules.who {
            Ambassadors::Members => vec![(from, left)],
            Ambassadors::Invited { share } if acceptance < share => vec![(from, left)],
            Ambassadors::Invited { .. } => Vec::new(),
            Ambassadors::Purchases { least } => {
                // Every purchase as a member counts for twelve months.
                let bought = person.purchases(HERE);
                let counted: Vec<f64> = bought.into_iter().filter(|t| *t >= joined).collect();
                let least = least as usize;
                let mut spans: Vec<(f64, f64)> = Vec::new();
                for (i, at) in counted.iter().enumerate().skip(least - 1) {
                    let span = (at.max(from), (counted[i + 1 - least] + 12.0).min(left));
                    match spans.last_mut() {
                        Some(last) if span.0 <= last.1 => last.1 = last.1.max(span.1),
                        _ if span.0 < span.1 => spans.push(span),
                        _ => {}
                    }
                }
                spans
            }
            _ => panic!("not told here"),
        }
    }

    /// The instant at which so many months as an ambassador are full.
    fn after(spans: &[(f64, f64)], months: f64) -> Option<f64> {
        let mut missing = months;
        for (from, to) in spans {
            if missing < to - from {
                return Some(from + missing);
            }
            missing -= to - from;
        }
        None
    }

    fn slots(&self, key: Key, person: &Person, qualified: f64) -> Vec<Slot> {
        let subject = person.member.subject;
        let market = &self.scenario.market.word_of_mouth;
        let words = subject.draw(key, Purpose::Ambassador, 0, 0, 0);
        let spans = self.ambassador(person, qualified, uniform64(words[0], words[1]));
        let arrived = person.arrival(HERE).expect("he is there");
        let left = person.left(HERE);
        let hazard = self.rules.invitations_per_month / f64::from(market.slots);
        let of = |slot: u32| {
            let a = subject.draw(key, Purpose::FriendSlot, 0, 0, slot);
            let b = subject.draw(key, Purpose::FriendSlot, 1, 0, slot);
            let by_himself = arrived + waits(market.hazard_per_slot, uniform64(a[0], a[1]));
            let unprompted = if by_himself < left {
                by_himself
            } else {
                f64::INFINITY
            };
            let invited = Retelling::after(&spans, waits(hazard, uniform64(a[2], a[3])));
            let invited =
                invited.filter(|at| *at < unprompted && *at < by_himself && *at < self.horizon);
            let mut told = Slot {
                invited,
                ..Slot::default()
            };
            let converts = uniform32(b[2]) < self.rules.conversion;
            let mut comes = unprompted;
            if let Some(at) = invited.filter(|_| converts) {
                let accepted = at + waits(1.0 / self.rules.delay_months, uniform64(b[0], b[1]));
                if uniform32(b[3]) < self.rules.self_referral_share {
                    told.disguised = Some(accepted).filter(|t| *t < left && *t < self.horizon);
                } else {
                    comes = unprompted.min(accepted);
                    told.by_invitation = true;
                }
            }
            told.comes = Some(comes).filter(|at| *at >= 0.0 && *at < self.horizon);
            told
        };
        (0..market.slots).map(of).collect()
    }
}

/// Counts of what was compared, so that a test cannot pass on nothing.
#[derive(Debug, Default)]
struct Seen {
    invitations: usize,
    friends: usize,
    by_invitation: usize,
    rewards: usize,
    capped: usize,
    disguised: usize,
    grandchildren: usize,
    organic: usize,
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs())
}

fn person_of(family: &Family, subject: Subject) -> Option<&Person> {
    family.people.iter().find(|p| p.member.subject == subject)
}

fn retell(scenario: &Scenario, family: &Family, seen: &mut Seen) {
    let rules = scenario.programs[0].referral.as_ref().expect("ambassadors");
    let retelling = Retelling {
        scenario,
        rules,
        horizon: f64::from(scenario.horizon_months),
    };
    let key = Key::new(scenario.simulation.seed, 0);
    for person in &family.people {
        if person.arrival(World::None).is_some() {
            organic(scenario, key, family, person, seen);
        }
        if person.arrival(HERE).is_none() {
            continue;
        }
        // One who came by an invitation recommends after the purchases that are rewarded.
        let by_invitation = person.member.parent.is_some_and(|(parent, slot)| {
            let parent = person_of(family, parent).expect("a parent");
            let qualified = qualified_at(&retelling, family, parent);
            retelling.slots(key, parent, qualified)[slot as usize].by_invitation
        });
        let qualified = if by_invitation {
            nth(person, rules.after_purchases)
        } else {
            f64::NEG_INFINITY
        };
        let slots = retelling.slots(key, person, qualified);
        told_of_slots(&retelling, family, person, &slots, seen);
    }
}

fn nth(person: &Person, purchases: u32) -> f64 {
    let bought = person.purchases(HERE);
    bought
        .get(purchases as usize - 1)
        .copied()
        .unwrap_or(f64::INFINITY)
}

fn qualified_at(retelling: &Retelling, family: &Family, person: &Person) -> f64 {
    let Some((parent, slot)) = person.member.parent else {
        return f64::NEG_INFINITY;
    };
    let key = Key::new(retelling.scenario.simulation.seed, 0);
    let parent = person_of(family, parent).expect("a parent");
    if parent.arrival(HERE).is_none() {
        return f64::NEG_INFINITY;
    }
    let qualified = qualified_at(retelling, family, parent);
    let slots = retelling.slots(key, parent, qualified);
    if slots[slot as usize].by_invitation {
        nth(person, retelling.rules.after_purchases)
    } else {
        f64::NEG_INFINITY
    }
}

/// World 0 has exactly the friends of word of mouth.
fn organic(scenario: &Scenario, key: Key, family: &Family, person: &Person, seen: &mut Seen) {
    let market = &scenario.market.word_of_mouth;
    let arrived = person.arrival(World::None).expect("he is there");
    for slot in 0..market.slots {
        let subject = person.member.subject;
        let a = subject.draw(key, Purpose::FriendSlot, 0, 0, slot);
        let at = arrived + waits(market.hazard_per_slot, uniform64(a[0], a[1]));
        let comes =
            at >= 0.0 && at < person.left(World::None) && at < f64::from(scenario.horizon_months);
        let friend = person_of(family, subject.friend(slot));
        let told = friend.and_then(|friend| friend.arrival(World::None));
        assert_eq!(told.is_some(), comes, "slot {slot} of {:?}", person.member);
        if let Some(told) = told {
            assert!(near(told, at), "{told} {at}");
            seen.organic += 1;
        }
    }
}

fn told_of_slots(
    retelling: &Retelling,
    family: &Family,
    person: &Person,
    slots: &[Slot],
    seen: &mut Seen,
) {
    let rules = retelling.rules;
    let mut due: Vec<(f64, u32)> = Vec::new();
    for (index, slot) in slots.iter().enumerate() {
        let index = index as u32;
        let told = person.of(HERE).find_map(|event| match event.kind {
            EventKind::Invitation { slot } if slot == index => Some(event.time),
            _ => None,
        });
        match (told, slot.invited) {
            (Some(told), Some(at)) => assert!(near(told, at), "{told} {at}"),
            (told, at) => assert_eq!(told, at, "slot {index} {slot:?} of {:?}", person.events),
        }
        seen.invitations += usize::from(told.is_some());
        let friend = person_of(family, person.member.subject.friend(index));
        let came = friend.and_then(|friend| friend.arrival(HERE));
        match (came, slot.comes) {
            (Some(came), Some(at)) => assert!(near(came, at), "{came} {at}"),
            (came, at) => assert_eq!(came, at, "slot {index} {slot:?}"),
        }
        seen.friends += usize::from(came.is_some());
        if let (Some(friend), true, Some(_)) = (friend, slot.by_invitation, came) {
            seen.by_invitation += 1;
            seen.grandchildren += usize::from(friend.member.generation > 1);
            due.push((nth(friend, rules.after_purchases), index));
        }
        if let Some(at) = slot.disguised {
            seen.disguised += 1;
            due.push((at, index));
        }
    }
    // Rewards in the order in which they fall due, within the horizon, to one who is still there, up to the caps.
    due.retain(|(at, _)| *at < retelling.horizon && *at < person.left(HERE));
    due.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut ever, mut years) = (0, std::collections::BTreeMap::new());
    let mut paid = Vec::new();
    for (at, slot) in due {
        let year = (at / 12.0).floor() as i64;
        let in_year: &mut u32 = years.entry(year).or_default();
        if ever < rules.most_rewarded.unwrap_or(u32::MAX)
            && *in_year < rules.most_per_year.unwrap_or(u32::MAX)
        {
            ever += 1;
            *in_year += 1;
            paid.push((at, slot));
        } else {
            seen.capped += 1;
        }
    }
    let told: Vec<(f64, u32)> = person
        .of(HERE)
        .filter_map(|event| match event.kind {
            EventKind::ReferralReward { slot, .. } => Some((event.time, slot)),
            _ => None,
        })
        .collect();
    assert_eq!(told.len(), paid.len(), "{told:?} {paid:?}");
    for (told, paid) in told.iter().zip(&paid) {
        assert!(
            told.1 == paid.1 && near(told.0, paid.0),
            "{told:?} {paid:?}"
        );
    }
    seen.rewards += paid.len();
}

fn retell_market(referral: &str, lifetime: &str) -> Seen {
    let program = format!(
        "[[program]]\nname = 'Friends'\nkind = 'ambassador'\n{AT_ONCE}\n[program.referral]\n{referral}\n\
         reward = {{ kind = 'money', value = 10 }}\n"
    );
    let market = Written {
        horizon: 40,
        customers: 600,
        who: "customers = 1000\ncompany_age_years = 5\narrivals_per_year = 100",
        per_year: 6.0,
        lifetime,
        word_of_mouth: "friends_per_active_year = 0.3, slots = 4",
        effects: UNTIED,
        programs: &program,
    };
    let (scenario, plan) = (market.scenario(), market.plan());
    let mut seen = Seen::default();
    for stratum in 0..2 {
        for ordinal in 0..60 {
            retell(&scenario, &family(&plan, stratum, ordinal), &mut seen);
        }
    }
    seen
}

const CONSTANT: &str = "model = 'constant', hazard_per_year = 0.3";

#[test]
fn members_who_refer() {
    let seen = retell_market(
        "invitations_per_year = 2\nconversion = 0.3\ndelay_weeks = 6\nself_referral_share = 0.1",
        CONSTANT,
    );
    assert!(seen.organic > 40 && seen.by_invitation > 100, "{seen:?}");
    assert!(seen.grandchildren > 20 && seen.disguised > 5, "{seen:?}");
    assert!(
        seen.rewards > 100 && seen.friends > seen.by_invitation,
        "{seen:?}"
    );
}

#[test]
fn rewards_wait_for_the_third_purchase_and_stop_at_the_caps() {
    let seen = retell_market(
        "invitations_per_year = 3\nconversion = 0.4\ndelay_weeks = 2\nself_referral_share = 0.05\n\
         after_purchases = 3\nmost_rewarded = 2\nmost_per_year = 1",
        CONSTANT,
    );
    assert!(seen.rewards > 50 && seen.capped > 20, "{seen:?}");
    assert!(
        seen.rewards + seen.capped < seen.by_invitation + seen.disguised,
        "{seen:?}"
    );
}

#[test]
fn ambassadors_by_invitation() {
    let seen = retell_market(
        "who = 'invited'\naccepted_share = 0.4\ninvitations_per_year = 3\nconversion = 0.4\ndelay_weeks = 2",
        "model = 'pareto', shape = 1.5, scale_years = 4",
    );
    assert!(seen.invitations > 50 && seen.rewards > 20, "{seen:?}");
}

#[test]
fn ambassadors_by_purchases() {
    let seen = retell_market(
        "who = 'purchases'\nmin_purchases = 5\ninvitations_per_year = 3\nconversion = 0.4\ndelay_weeks = 2\n\
         after_purchases = 2",
        CONSTANT,
    );
    assert!(seen.invitations > 50 && seen.rewards > 20, "{seen:?}");
}
