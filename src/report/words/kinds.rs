//! What only some kinds of programs say: status, friends, and the courses of programs against each other.

/// Who holds a tier, for a title.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Holders<'a> {
    pub program: &'a str,
    pub months: u32,
    /// Share of members with any tier at the end.
    pub share: f64,
    /// Name of the highest tier anybody holds, and the share of members who do.
    pub top: Option<(&'a str, f64)>,
    /// How many tiers there are.
    pub tiers: usize,
}

/// What became within a period of those who held a tier, for a title: customers, once per period.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moved<'a> {
    pub program: &'a str,
    /// Length of the period.
    pub months: u32,
    pub same: f64,
    pub up: f64,
    pub down: f64,
    /// Who gave up the card. Whoever leaves says nothing, and is among the others.
    pub given_up: f64,
}

/// Friends who came by invitation, by what they would have done without, for a title.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brought<'a> {
    pub program: &'a str,
    pub new: f64,
    pub brought_forward: f64,
    pub would_have_come: f64,
    /// Rewards per net new customer, major units.
    pub fee: Option<f64>,
}

/// A program less the first one at the end, for a title.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Apart<'a> {
    pub program: &'a str,
    pub value: f64,
    /// Half width of the 95 % interval of luck.
    pub half: f64,
}

/// Sentences about status.
pub trait StatusWords {
    fn tier_members_title(&self, holders: &Holders<'_>) -> String;
    fn tier_migration_title(&self, moved: &Moved<'_>) -> String;
    /// Over how many months moves are counted.
    fn tier_flow_subtitle(&self, months: u32) -> String;
    /// What status came to for a group of members; numbers are already written.
    fn status_effect(&self, paired: &str, customers: &str, naive: &str) -> String;
}

/// Sentences about friends.
pub trait FriendWords {
    fn funnel_title(&self, brought: &Brought<'_>, currency: &str) -> String;
    /// Friends of the world without a program.
    fn organic_friends(&self, count: &str) -> String;
    /// Invitations and how many of them brought anybody; `share` of the first.
    fn invitations(&self, invitations: &str, came: &str, share: Option<&str>) -> String;
    fn friends(&self, new: &str, brought_forward: &str, would_have_come: &str) -> String;
    /// Rewards by head.
    fn fees(&self, per_friend: &str, per_net_new: &str) -> String;
    /// Rewards of ambassadors and of friends.
    fn both_sides(&self, ambassadors: &str, friends: &str) -> String;
    fn reach(&self, k_factor: &str, organic: &str, family: &str, family_world_0: &str) -> String;
    fn friend_value(&self, friend: &str, other: &str, difference: &str) -> String;
}

/// Sentences about programs less the first one, by month.
pub trait CourseWords {
    fn value_course_title(
        &self,
        first: &str,
        apart: &[Apart<'_>],
        currency: &str,
        months: u32,
    ) -> String;
    fn points_course_title(&self, first: &str, apart: &[Apart<'_>], months: u32) -> String;
    fn course_subtitle(&self, first: &str) -> String;
}
