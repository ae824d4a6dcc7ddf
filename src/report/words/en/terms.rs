//! English names of codes, by what they are names of.

type Terms = &'static [(&'static str, &'static str)];

/// No code is in two of them.
const ALL: [Terms; 8] = [ROWS, NOTES, CHARTS, STATUS, FRIENDS, STEPS, FATES, SECTIONS];

/// The name of a code, or none.
pub(super) fn term(code: &str) -> Option<&'static str> {
    let mut all = ALL.iter().copied().flatten();
    all.find(|(known, _)| *known == code).map(|(_, name)| *name)
}

/// Rows of tables.
#[rustfmt::skip]
const ROWS: Terms = &[
    ("world_0", "No program"),
    ("customers_end", "Customers at the end"),
    ("buyers_end", "Buyers of the last 12 months"),
    ("churn_12m", "Opening customers gone in 12 months"),
    ("purchases", "Purchases"),
    ("sales", "Sales"),
    ("margin", "Margin after program costs"),
    ("clv", "Value per customer (PV)"),
    ("top_quintile_share", "Sales share of the top fifth"),
    ("members_end", "Members at the end, gone or not"),
    ("active_members_end", "Of these, earning or redeeming"),
    ("points_outstanding_end", "Points outstanding at the end"),
    ("outstanding_expected_cost", "Expected cost of these"),
    ("breakage", "Never redeemed (breakage)"),
    ("incremental_margin", "Incremental margin (PV)"),
    ("cost", "Program cost (PV)"),
    ("npv", "Net present value"),
    ("net_value", "Net present value"),
    ("later_margin", "Memo: margin after the horizon"),
    ("cost_per_incremental_margin", "Cost per incremental margin"),
    ("roi", "Return on cost (ROI)"),
    ("payback", "Payback"),
    ("payback_plain", "Payback"),
    ("payback_discounted", "Payback, discounted"),
    ("subsidy_share", "Points on purchases made anyway"),
    ("break_even_uplift", "Lift needed to break even"),
    ("break_even_multiplier", "Effects needed to break even"),
    ("skeptic", "The skeptic's reading"),
    ("true_lift", "True lift in sales, vouchers off"),
    ("naive_lift", "Naive lift, biased"),
    ("urr", "Redeemed in the end (URR)"),
    ("month_of", "month"),
    ("unattributed", "Not attributed"),
    ("evidence_share", "Effects by grade of evidence"),
    ("naive_text", "members against others: they chose to join, so this is not what the program does"),
];

/// Instead of a number.
#[rustfmt::skip]
const NOTES: Terms = &[
    ("never", "never"),
    ("undefined", "undefined"),
    ("not_reached", "not reached"),
    ("no_incremental_margin", "no incremental margin"),
    ("pays_without_effects", "none: it pays even if nobody changes"),
    ("free_without_effects", "none: it costs nothing if nobody changes"),
    ("none_below_5", "even 5 times the assumed effect is not enough"),
    ("none_that_ends", "not enough before friends of friends would come without end"),
];

/// Labels of charts.
#[rustfmt::skip]
const CHARTS: Terms = &[
    ("chart_customers", "Customers alive at month end"),
    ("chart_churn_year", "Share of customers leaving per month, mean of the last 12"),
    ("chart_churn", "Share of customers leaving per month"),
    ("chart_points", "Points outstanding at month end"),
    ("chart_points_cost", "Expected cost of redeeming them"),
    ("chart_net_value", "Net value to date against no program, less what points issued so far will cost"),
    ("chart_net_value_no_points", "Net value to date against no program"),
    ("chart_net_value_band", "Shaded: 95 % interval of luck."),
    ("chart_net_value_bars", "Bars at the right: 95 % interval of luck."),
    ("chart_paybacks", "Circles: pays back."),
    ("chart_discounted_only", "Discounted."),
    ("chart_bridge", "Margin over the horizon, undiscounted"),
    ("chart_vintages", "Points by month of issue and what becomes of them in the end"),
    ("chart_vintages_quarter", "Points by quarter of issue and what becomes of them in the end"),
    ("chart_vintages_year", "Points by year of issue and what becomes of them in the end"),
    ("chart_vintages_tint", "Pale: after the horizon."),
    ("chart_value", "Present value of margin less rewards by customer, without set-up and monthly costs."),
    ("chart_value_families", "Means: of customers nobody brought, with the friends they bring."),
    ("chart_value_bars", "Each bar: up to double."),
    ("chart_value_worth", "Share of customers by value"),
    ("chart_value_difference", "Share of the same customers by value with the program less without"),
    ("worth_less", "worth less"),
    ("worth_same", "about the same"),
    ("worth_more", "worth more"),
    ("mean", "mean"),
    ("nobody_feasible", "Nobody keeps the constraints"),
    ("excluded", "breaks a constraint"),
    ("arrivals", "New customers"),
    ("opening_rewards", "Opening book"),
    ("chart_comparison_bridge", "Net present value, run-off included"),
    ("chart_comparison_book", "with what both redeem of the opening book"),
    ("axis_zoomed", "axis does not start at zero"),
    ("axis_zoomed_bridge", "The axis starts at"),
    ("plain", "Plain"),
    ("discounted", "Discounted"),
    ("no_program_here", "No points were issued."),
    ("points", "points"),
    ("customers", "customers"),
    ("chart_value_course", "Net value to date, discounted, less what points issued so far will cost"),
    ("chart_value_course_no_points", "Net value to date, discounted"),
    ("chart_points_course", "Points outstanding at month end"),
];

/// Status.
#[rustfmt::skip]
const STATUS: Terms = &[
    ("no_tier", "No tier"),
    ("with_tier", "With a tier"),
    ("chart_tier_all", "Members at month end"),
    ("chart_tier_holders", "Members who hold a tier, at month end"),
    ("chart_tier_shares", "In brackets: share of all members at the end."),
    ("chart_tier_flow", "The flows leave out who is without a tier at both ends, joins, or gives up the card."),
    ("chart_tier_matrix", "Of n at a tier at the start, all years summed, %"),
    ("chart_tier_end", "are at the end"),
    ("counted", "n"),
    ("joined", "Joined"),
    ("card_given_up", "Card given up"),
    ("move_up", "promoted"),
    ("move_same", "kept"),
    ("move_down", "demoted"),
    ("tier_share", "Of members"),
    ("cost_per_member_year", "Benefits"),
    ("promotion_rate", "Promoted"),
    ("demotion_rate", "Demoted"),
    ("requalification_rate", "Kept"),
    ("tier_note", "Of members: at the end. Benefits and promotions: by member-year at the tier. Demoted, kept: of those reviewed."),
    ("ever_promoted", "Added margin, ever promoted"),
    ("ever_demoted", "Added margin, ever demoted"),
    ("never_elevated", "Added margin, never with a tier"),
];

/// Friends.
#[rustfmt::skip]
const FRIENDS: Terms = &[
    ("invited_friends", "Friends who came by invitation"),
    ("friends_organic", "Friends without the program"),
    ("net_new", "Net new customers"),
    ("referral_rewards", "Rewards for referrals"),
    ("fees", "Rewards by head"),
    ("k_factor", "Friends brought (k-factor)"),
    ("value_per_friend", "Value per friend (PV)"),
    ("chart_funnel", "Over the horizon."),
    ("chart_funnel_lines", "Lines on bars: 95 % intervals of luck; ± is one standard error."),
    ("chart_funnel_all_new", "Without the program no friend comes by word of mouth, so all of them count as new."),
    ("chart_funnel_came", "Invitations, and those that brought a friend or seemed to"),
    ("chart_funnel_instead", "What these friends would have done without the invitation"),
    ("chart_funnel_fees", "Rewards of both sides"),
    ("invitations", "Invitations"),
    ("conversions", "Converted"),
    ("friends_new", "New: would never have come"),
    ("friends_brought_forward", "Brought forward: came sooner"),
    ("friends_would_have_come", "Would have come anyway"),
    ("self_referrals", "Self-referrals: nobody came"),
    ("fee_per_friend", "per friend who came"),
    ("fee_per_net_new", "per net new customer"),
];

/// Steps of the bridge.
#[rustfmt::skip]
const STEPS: Terms = &[
    ("world_0_margin", "No program"),
    ("retention", "Customers stay"),
    ("frequency", "More visits"),
    ("arrival", "New customers"),
    ("basket", "Larger baskets"),
    ("displacement", "Displaced sales"),
    ("discounts", "Vouchers"),
    ("reward_goods", "Reward goods"),
    ("reward_partners", "Partner rewards"),
    ("benefits", "Benefits of tiers"),
    ("running_costs", "Running costs"),
    ("setup", "Set-up"),
    ("program_margin", "With program"),
    ("arrival_costs", "Arrival costs"),
    ("cost_to_serve", "Cost to serve"),
];

/// What becomes of points.
#[rustfmt::skip]
const FATES: Terms = &[
    ("redeemed", "Redeemed"),
    ("expired", "Expired"),
    ("dormant", "Dormant"),
    ("unresolved", "Unresolved"),
];

/// Sections of a report.
#[rustfmt::skip]
const SECTIONS: Terms = &[
    ("findings", "Findings"),
    ("written", "Written"),
    ("checks_failed", "A control check failed"),
    ("checks_passed", "control checks passed"),
    ("table_note", "± is one standard error (luck only). Best estimates."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_has_one_name() {
        let codes: Vec<&str> = ALL
            .iter()
            .copied()
            .flatten()
            .map(|(code, _)| *code)
            .collect();
        let once: BTreeSet<&str> = codes.iter().copied().collect();
        let twice: Vec<&str> = once
            .iter()
            .filter(|code| codes.iter().filter(|c| c == code).count() > 1)
            .copied()
            .collect();
        assert_eq!(twice, [""; 0]);
        assert_eq!(term("roi"), Some("Return on cost (ROI)"));
        assert_eq!(term("net_value"), term("npv"));
        assert_eq!(term("no such code"), None);
    }
}
