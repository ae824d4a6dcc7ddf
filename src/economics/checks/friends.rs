//! Friends and what was paid for them, against the flows of everybody.

use super::Counter;
use crate::engine::flow::{Flow, ReferralFlow};
use crate::engine::tally::{StratumKind, Tally};
use crate::results::Check;

/// One flow between friends; 0 where nobody brings friends, and after the horizon.
pub(super) fn flow(
    tally: &Tally,
    (world, s, b): (usize, usize, usize),
    row: usize,
    flow: ReferralFlow,
) -> i128 {
    if row < tally.layout.referral_rows() {
        i128::from(tally.referral.get(&[world, s, b, row, flow as usize]))
    } else {
        0
    }
}

/// Every arrival is a root's or a friend's of one kind, the money of both sides is the line of referral rewards, only the
/// invited accept, and the generations hold the families and their friends.
pub(super) fn friends_sum(tally: &Tally, world: usize, subject: &str) -> Check {
    use ReferralFlow::*;
    let mut counter = Counter::new("friends_sum", subject);
    let layout = &tally.layout;
    for (s, stratum) in layout.strata.iter().enumerate() {
        let mut people = 0;
        for b in 0..layout.batches {
            let families = i128::from(tally.families.get(&[s, b]));
            let (mut arrivals, mut friends, mut invitations, mut accepted) = (0, 0, 0, 0);
            for row in 0..layout.months {
                let flow = |f| flow(tally, (world, s, b), row, f);
                let invited = [FriendsNew, FriendsBroughtForward, FriendsAnyway].map(flow);
                let invited = invited.iter().sum::<i128>();
                let came = invited + flow(FriendsUnprompted);
                let all = i128::from(tally.flow(world, s, b, row, Flow::Arrivals));
                counter.holds(all == invited + flow(OtherArrivals));
                let fees = i128::from(tally.flow(world, s, b, row, Flow::ReferralFees));
                counter.holds(fees == flow(AmbassadorFees) + flow(FriendFees));
                let left = i128::from(tally.flow(world, s, b, row, Flow::Leavers));
                counter.holds(flow(FriendsLeft) <= left);
                let points = i128::from(tally.flow(world, s, b, row, Flow::PointsBonus));
                counter.holds(flow(AmbassadorPoints) + flow(FriendPoints) <= points);
                arrivals += all;
                friends += came;
                invitations += flow(Invitations);
                accepted += invited + flow(SelfReferrals);
                counter.holds(accepted <= invitations);
            }
            let roots = match stratum.kind {
                StratumKind::Arriving => families,
                StratumKind::Attracted => arrivals - friends,
                StratumKind::Opening | StratumKind::Past => 0,
            };
            counter.holds(arrivals == roots + friends && (0..=families).contains(&roots));
            people += match stratum.kind {
                StratumKind::Past => 0,
                StratumKind::Opening => families + friends,
                StratumKind::Arriving | StratumKind::Attracted => arrivals,
            };
        }
        let generations = tally.generations.slice(&[world, s]);
        counter.holds(people == generations.iter().map(|p| i128::from(*p)).sum::<i128>());
    }
    counter.done()
}
