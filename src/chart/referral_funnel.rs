//! From invitations to friends: how many came, what they would have done without, and what each cost.

use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use super::ChartError;
use super::canvas::{Align, Canvas, Type};
use super::lettering::Weight;
use super::picture::{Chart, Context, Heading};
use super::placement::Area;
use super::theme;
use crate::report::words::Brought;
use crate::results::{Number, ReferralResults};

pub struct ReferralFunnel {
    heading: Heading,
    sections: [Section; 3],
}

/// Bars with one scale.
struct Section {
    caption: String,
    bars: Vec<Bar>,
}

struct Bar {
    name: String,
    label: String,
    /// Where it begins: behind the bars before it, of which it is a part.
    from: f64,
    value: f64,
    /// Half width of its 95 % interval.
    half: f64,
    color: RGBColor,
}

/// The chart of a program with ambassadors.
pub fn chart(context: &Context, index: usize) -> Option<ReferralFunnel> {
    let program = context.program(index)?;
    let referral = program.referral.as_ref()?;
    // Nobody was invited: a picture of nothing says nothing.
    if count(&referral.invitations) == 0.0 {
        return None;
    }
    let friends = &referral.friends;
    let kinds = [
        &friends.new,
        &friends.brought_forward,
        &friends.would_have_come,
    ]
    .map(count);
    let name = context.short_name(&program.name);
    let title = context.words.funnel_title(
        &Brought {
            program: &name,
            new: kinds[0],
            brought_forward: kinds[1],
            would_have_come: kinds[2],
            fee: referral.fee_per_net_new.value.filter(|v| v.is_finite()),
        },
        context.currency(),
    );
    let sections = [
        came(context, referral),
        instead(context, referral),
        fees(context, referral),
    ];
    let mut subtitle = context.term("chart_funnel");
    if sections
        .iter()
        .flat_map(|s| &s.bars)
        .any(|bar| bar.half > 0.0)
    {
        subtitle += &format!(" {}", context.term("chart_funnel_lines"));
    }
    match friends.organic_world_0.value {
        Some(0.0) => subtitle += &format!(" {}", context.term("chart_funnel_all_new")),
        Some(_) => {
            let organic = context.words.numerals().number(&friends.organic_world_0);
            subtitle += &format!(" {}", context.words.organic_friends(&organic));
        }
        None => {}
    }
    Some(ReferralFunnel {
        heading: Heading {
            name: context.file_name("referral_funnel", index),
            title,
            subtitle,
        },
        sections,
    })
}

/// A number of people; what is not one counts as nobody.
fn count(number: &Number) -> f64 {
    match number.value {
        Some(value) if value.is_finite() => value.max(0.0),
        _ => 0.0,
    }
}

/// How many were invited, and how many of them came.
fn came(context: &Context, referral: &ReferralResults) -> Section {
    let numerals = context.words.numerals();
    let invited = count(&referral.invitations);
    let came = count(&referral.conversions);
    let bar = |code: &str, value: f64, label: String| Bar {
        name: context.term(code),
        label,
        from: 0.0,
        value,
        half: 0.0,
        color: theme::NEUTRAL,
    };
    let share = match invited > 0.0 {
        true => format!(" ({})", numerals.percent(came / invited)),
        false => String::new(),
    };
    Section {
        caption: context.term("chart_funnel_came"),
        bars: vec![
            bar("invitations", invited, numerals.compact(invited)),
            bar("conversions", came, numerals.compact(came) + &share),
        ],
    }
}

/// What those who came would have done without the invitation.
fn instead(context: &Context, referral: &ReferralResults) -> Section {
    let numerals = context.words.numerals();
    let friends = &referral.friends;
    let kinds = [
        ("friends_new", &friends.new, theme::BLUE),
        (
            "friends_brought_forward",
            &friends.brought_forward,
            theme::SKY,
        ),
        (
            "friends_would_have_come",
            &friends.would_have_come,
            theme::ORANGE,
        ),
        ("self_referrals", &referral.self_referrals, theme::VERMILION),
    ];
    let all: f64 = kinds.iter().map(|(_, number, _)| count(number)).sum();
    let mut from = 0.0;
    let bars = kinds.into_iter().map(|(code, number, color)| {
        let value = count(number);
        let share = match all > 0.0 {
            true => format!(" ({})", numerals.percent(value / all)),
            false => String::new(),
        };
        let bar = Bar {
            name: context.term(code),
            label: numerals.compact(value) + &share,
            from,
            value,
            half: 0.0,
            color,
        };
        from += value;
        bar
    });
    Section {
        bars: bars.collect(),
        caption: context.term("chart_funnel_instead"),
    }
}

/// What one friend cost, and one customer more than there would have been.
fn fees(context: &Context, referral: &ReferralResults) -> Section {
    let numerals = context.words.numerals();
    let bar = |code: &str, number: &Number, color: RGBColor| {
        let value = number.value.filter(|v| v.is_finite() && *v >= 0.0);
        let ends = number
            .interval
            .filter(|ends| ends.iter().all(|e| e.is_finite()));
        Bar {
            name: context.term(code),
            label: match (value, &number.note) {
                (Some(_), _) => format!("{} {}", numerals.number(number), context.currency()),
                (None, Some(note)) => context.term(note),
                (None, None) => numerals.absent.to_owned(),
            },
            from: 0.0,
            value: value.unwrap_or(0.0),
            half: ends.map_or(0.0, |[low, high]| (high - low) / 2.0),
            color,
        }
    };
    Section {
        caption: format!(
            "{}, {}",
            context.term("chart_funnel_fees"),
            context.currency()
        ),
        bars: vec![
            bar("fee_per_friend", &referral.fee_per_friend, theme::NEUTRAL),
            bar("fee_per_net_new", &referral.fee_per_net_new, theme::BLUE),
        ],
    }
}

impl Section {
    /// Heights: of the caption, of a bar with its gap.
    const CAPTION: f64 = 44.0;
    const BAR: f64 = 50.0;

    fn height(&self) -> f64 {
        Self::CAPTION + Self::BAR * self.bars.len() as f64
    }

    /// The end of the scale.
    fn longest(&self) -> f64 {
        let ends = self.bars.iter().map(|bar| bar.from + bar.value + bar.half);
        ends.fold(0.0, f64::max)
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, area: Area) -> Result<(), ChartError> {
        const NAMES: f64 = 400.0;
        const LABELS: f64 = 260.0;
        let bold = Type::bold(theme::LABEL, theme::INK);
        let at = (area.left, area.top + theme::LABEL);
        canvas.text(at, &self.caption, bold, Align::Left)?;
        let left = area.left + NAMES;
        let room = area.width() - NAMES - LABELS;
        let longest = self.longest();
        let place = |value: f64| match longest > 0.0 {
            true => left + value / longest * room,
            false => left,
        };
        for (index, bar) in self.bars.iter().enumerate() {
            let top = area.top + Self::CAPTION + Self::BAR * index as f64;
            let y = top + Self::BAR / 2.0;
            let style = Type::regular(theme::TICK, theme::INK);
            let name = canvas
                .faces
                .shorten(&bar.name, style.size, style.weight, NAMES - 16.0);
            canvas.text_middle((left - 16.0, y), &name, style, Align::Right)?;
            let (start, end) = (place(bar.from), place(bar.from + bar.value));
            let shape = Area {
                left: start,
                top: top + 5.0,
                right: end.max(start + 2.0),
                bottom: top + Self::BAR - 5.0,
            };
            if bar.value > 0.0 {
                canvas.rectangle(&shape, bar.color)?;
            } else if bar.from > 0.0 {
                // The line from the part before it to the one after it.
                let past = [(start, shape.top), (start, shape.bottom)];
                canvas.line(&past, theme::AXIS, 1.5)?;
            }
            let reach = [-bar.half, bar.half].map(|half| place((bar.value + half).max(0.0)));
            if bar.half > 0.0 {
                canvas.line(&[(reach[0], y), (reach[1], y)], theme::INK, 3.0)?;
            }
            // The next part begins where this one ends.
            let next = self.bars.get(index + 1).filter(|next| next.from > 0.0);
            if next.is_some() {
                let down = [(end, shape.bottom), (end, shape.bottom + 10.0)];
                canvas.line(&down, theme::AXIS, 1.5)?;
            }
            let style = Type {
                size: theme::LABEL,
                weight: Weight::Bold,
                color: theme::INK,
            };
            let x = end.max(reach[1] * f64::from(u8::from(bar.half > 0.0))) + 12.0;
            canvas.text_middle((x, y), &bar.label, style, Align::Left)?;
        }
        Ok(())
    }
}

impl Chart for ReferralFunnel {
    fn heading(&self) -> &Heading {
        &self.heading
    }

    fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        area: Area,
        _: &Context,
    ) -> Result<(), ChartError> {
        let heights: f64 = self.sections.iter().map(Section::height).sum();
        let gap = (area.height() - heights) / (self.sections.len() - 1) as f64;
        let mut top = area.top;
        for section in &self.sections {
            let bottom = top + section.height();
            section.draw(
                canvas,
                Area {
                    top,
                    bottom,
                    ..area
                },
            )?;
            top = bottom + gap;
        }
        Ok(())
    }
}
