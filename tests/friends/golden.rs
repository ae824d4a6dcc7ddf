//! One family, event by event, as it was when its values were fixed; that they are right the retelling of such families
//! says, not this file.

use crate::family::{Family, UNTIED, Written, family};
use fidelio::engine::observe::EventKind;
use fidelio::engine::tally::World;
use std::fmt::Write;

fn market() -> Written<'static> {
    Written {
        horizon: 24,
        customers: 400,
        who: "customers = 400\ncompany_age_years = 5",
        per_year: 3.0,
        lifetime: "model = 'constant', hazard_per_year = 0.4",
        word_of_mouth: "friends_per_active_year = 0.5, slots = 3",
        effects: "referred = { hazard_ratio = 0.6, basket_premium = 0.2 }\nrecommending = { hazard_ratio = 0.7, months = 6 }",
        programs: "[[program]]\nname = 'Friends'\nkind = 'ambassador'\nenrollment = { ceiling = 1, half_time_months = 0, \
                   selection = 0 }\n[program.referral]\ninvitations_per_year = 3\nconversion = 0.5\ndelay_weeks = 4\n\
                   after_purchases = 2\nself_referral_share = 0.1\nsize_factor = 1.5\nreward = { kind = 'money', value = 10 }\n\
                   welcome = { kind = 'voucher', value = 5, used_share = 0.5 }\n",
    }
}

fn told(family: &Family) -> String {
    let mut text = String::new();
    for (number, person) in family.people.iter().enumerate() {
        let slot = person.member.parent.map(|(_, slot)| slot);
        writeln!(
            text,
            "person {number}, generation {}, slot {slot:?}",
            person.member.generation
        )
        .expect("a string grows");
        for (world, event) in &person.events {
            writeln!(text, "  {world:?} {:?} {:?}", event.time, event.kind)
                .expect("a string grows");
        }
    }
    text
}

/// The first family in which a friend is brought forward, another is new and somebody is rewarded.
#[test]
fn a_family() {
    let plan = market().plan();
    let family = (0..400)
        .map(|ordinal| family(&plan, 0, ordinal))
        .find(|family| {
            let people = &family.people;
            let moved = |event: &&fidelio::engine::observe::Event| {
                matches!(event.kind, EventKind::NotBought { .. })
            };
            let forward = people
                .iter()
                .any(|p| p.member.generation > 0 && p.of(World::Program(0)).any(|e| moved(&e)));
            let new = people.iter().any(|p| {
                p.arrival(World::None).is_none() && p.arrival(World::Program(0)).is_some()
            });
            let rewarded = people.iter().any(|p| {
                p.of(World::Program(0))
                    .any(|e| matches!(e.kind, EventKind::ReferralReward { .. }))
            });
            forward && new && rewarded && people.len() < 6
        })
        .expect("such a family");
    insta::assert_snapshot!(told(&family));
}

/// Effects act on those they are said to: a program that only has them moves nobody else's life.
#[test]
fn untied_friends_live_as_others_do() {
    let plan = Written {
        effects: UNTIED,
        ..market()
    }
    .plan();
    let (mut aligned, mut apart) = (0, 0);
    for ordinal in 0..150 {
        for person in &family(&plan, 0, ordinal).people {
            let (none, here) = (World::None, World::Program(0));
            let (Some(zero), Some(arrived)) = (person.arrival(none), person.arrival(here)) else {
                continue;
            };
            // Leaving is as far from the arrival in both worlds.
            let stays = |world, arrived: f64| person.left(world) - arrived;
            let (a, b) = (stays(none, zero), stays(here, arrived));
            if a.is_finite() && b.is_finite() {
                assert!((a - b).abs() < 1e-9, "{a} {b}");
                aligned += usize::from(zero == arrived);
                apart += usize::from(zero != arrived);
            }
        }
    }
    assert!(aligned > 50 && apart > 5, "{aligned} {apart}");
}
