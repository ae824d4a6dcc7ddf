//! Drawing in pixels of the finished picture on any plotters backend, remembering where labels and lines are.

use std::cell::RefCell;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::style::{Color, RGBColor, ShapeStyle};
use plotters_backend::{BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind};

use super::ChartError;
use super::lettering::{Faces, Lettering, Weight};
use super::placement::{Area, choose};
use super::theme;

/// Which point of a line of text is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Center,
    Right,
}

/// Size, weight and color of text.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    pub size: f64,
    pub weight: Weight,
    pub color: RGBColor,
}

impl Type {
    pub fn regular(size: f64, color: RGBColor) -> Self {
        Self {
            size,
            weight: Weight::Regular,
            color,
        }
    }

    pub fn bold(size: f64, color: RGBColor) -> Self {
        Self {
            size,
            weight: Weight::Bold,
            color,
        }
    }
}

/// One picture being drawn.
pub struct Canvas<DB: DrawingBackend> {
    root: DrawingArea<DB, Shift>,
    pub faces: &'static Faces,
    labels: RefCell<Vec<(Area, String)>>,
    lines: RefCell<Vec<(f64, f64)>>,
}

type Drawn = Result<(), ChartError>;

fn failed<E: std::error::Error + Send + Sync>(error: DrawingAreaErrorKind<E>) -> ChartError {
    ChartError::Drawing(error.to_string())
}

fn units(pixels: f64) -> i32 {
    // Saturates; not-a-number becomes 0.
    (pixels * f64::from(theme::DETAIL)).round() as i32
}

fn point((x, y): (f64, f64)) -> BackendCoord {
    (units(x), units(y))
}

fn stroke(color: RGBColor, width: f64) -> ShapeStyle {
    Color::stroke_width(&color, u32::try_from(units(width)).unwrap_or(1).max(1))
}

impl<DB: DrawingBackend> Canvas<DB> {
    /// A blank picture.
    pub fn new(backend: DB) -> Result<Self, ChartError> {
        let root = backend.into_drawing_area();
        root.fill(&theme::BACKGROUND).map_err(failed)?;
        Ok(Self {
            root,
            faces: Faces::get()?,
            labels: RefCell::default(),
            lines: RefCell::default(),
        })
    }

    /// Ends the drawing; the labels drawn and where they are.
    pub fn finish(self) -> Result<Vec<(Area, String)>, ChartError> {
        self.root.present().map_err(failed)?;
        Ok(self.labels.into_inner())
    }

    /// The box of a line of text whose baseline is at `y`.
    pub fn text_area(&self, (x, y): (f64, f64), text: &str, style: Type, align: Align) -> Area {
        let width = self.faces.width(text, style.size, style.weight);
        let left = match align {
            Align::Left => x,
            Align::Center => x - width / 2.0,
            Align::Right => x - width,
        };
        // Capitals and descenders of the face, without the leading.
        Area {
            left,
            top: y - 0.78 * style.size,
            right: left + width,
            bottom: y + 0.22 * style.size,
        }
    }

    /// Writes a line of text; `y` is its baseline.
    pub fn text(&self, at: (f64, f64), text: &str, style: Type, align: Align) -> Drawn {
        if text.is_empty() {
            return Ok(());
        }
        let area = self.text_area(at, text, style, align);
        let lettering = Lettering {
            size: style.size * f64::from(theme::DETAIL),
            weight: style.weight,
            color: BackendStyle::color(&ShapeStyle::from(&style.color)),
        };
        self.labels.borrow_mut().push((area, text.to_owned()));
        self.root
            .draw(&Run {
                text,
                lettering,
                at: point((area.left, at.1)),
            })
            .map_err(failed)
    }

    /// Writes a line of text centered on the height `y`.
    pub fn text_middle(&self, (x, y): (f64, f64), text: &str, style: Type, align: Align) -> Drawn {
        self.text((x, y + 0.36 * style.size), text, style, align)
    }

    /// Blanks what lies behind a label, so that grid lines do not run through it.
    pub fn clear_behind(&self, at: (f64, f64), text: &str, style: Type, align: Align) -> Drawn {
        let area = self.text_area(at, text, style, align);
        self.rectangle(
            &Area {
                left: area.left - 3.0,
                right: area.right + 3.0,
                ..area
            },
            theme::BACKGROUND,
        )
    }

    /// Writes a label beside the point it belongs to where it covers no other label, within `within`. Says whether
    /// there was room.
    pub fn text_near(
        &self,
        (x, y): (f64, f64),
        text: &str,
        style: Type,
        within: &Area,
    ) -> Result<bool, ChartError> {
        let mut places = Vec::new();
        for distance in [18.0, 40.0, 64.0] {
            for (dx, dy, align) in [
                (0.4, -1.0, Align::Left),
                (0.4, 1.0, Align::Left),
                (-0.4, -1.0, Align::Right),
                (-0.4, 1.0, Align::Right),
                (0.0, -1.0, Align::Center),
                (0.0, 1.0, Align::Center),
            ] {
                let down: f64 = if dy > 0.0 {
                    dy * distance + 0.78 * style.size
                } else {
                    dy * distance
                };
                places.push(((x + dx * distance, y + down), align));
            }
        }
        let areas: Vec<Area> = places
            .iter()
            .map(|(at, align)| self.text_area(*at, text, style, *align))
            .collect();
        let labels: Vec<Area> = self.labels.borrow().iter().map(|(area, _)| *area).collect();
        let chosen = choose(&areas, within, &labels, &self.lines.borrow());
        let Some((at, align)) = chosen.and_then(|index| places.get(index)) else {
            return Ok(false);
        };
        self.clear_behind(*at, text, style, *align)?;
        self.text(*at, text, style, *align)?;
        Ok(true)
    }

    /// A line that labels keep away from.
    pub fn curve(&self, points: &[(f64, f64)], color: RGBColor, width: f64) -> Drawn {
        self.remember(points);
        self.line(points, color, width)
    }

    /// As [`Self::curve`], dashed.
    pub fn dashed_curve(&self, points: &[(f64, f64)], color: RGBColor, width: f64) -> Drawn {
        self.remember(points);
        for dash in dashes(points, 14.0, 9.0) {
            self.line(&dash, color, width)?;
        }
        Ok(())
    }

    fn remember(&self, points: &[(f64, f64)]) {
        let mut lines = self.lines.borrow_mut();
        for pair in points.windows(2) {
            let [(ax, ay), (bx, by)] = *pair else {
                continue;
            };
            let steps = ((bx - ax).abs().max((by - ay).abs()) / 8.0).clamp(1.0, 200.0) as u32;
            for step in 0..=steps {
                let part = f64::from(step) / f64::from(steps);
                lines.push((ax + (bx - ax) * part, ay + (by - ay) * part));
            }
        }
    }

    pub fn line(&self, points: &[(f64, f64)], color: RGBColor, width: f64) -> Drawn {
        if points.len() < 2 {
            return Ok(());
        }
        let points: Vec<_> = points.iter().copied().map(point).collect();
        self.root
            .draw(&PathElement::new(points, stroke(color, width)))
            .map_err(failed)
    }

    pub fn polygon(&self, corners: &[(f64, f64)], color: RGBColor) -> Drawn {
        if corners.len() < 3 {
            return Ok(());
        }
        let corners: Vec<_> = corners.iter().copied().map(point).collect();
        self.root
            .draw(&Polygon::new(corners, color.filled()))
            .map_err(failed)
    }

    /// A filled shape that lets what is behind it through.
    pub fn veil(&self, corners: &[(f64, f64)], color: RGBColor, strength: f64) -> Drawn {
        if corners.len() < 3 {
            return Ok(());
        }
        let corners: Vec<_> = corners.iter().copied().map(point).collect();
        self.root
            .draw(&Polygon::new(corners, color.mix(strength).filled()))
            .map_err(failed)
    }

    pub fn rectangle(&self, area: &Area, color: RGBColor) -> Drawn {
        let corners = [
            point((area.left, area.top)),
            point((area.right, area.bottom)),
        ];
        self.root
            .draw(&Rectangle::new(corners, color.filled()))
            .map_err(failed)
    }

    pub fn dot(&self, at: (f64, f64), radius: f64, color: RGBColor) -> Drawn {
        self.root
            .draw(&Circle::new(point(at), units(radius), color.filled()))
            .map_err(failed)
    }
}

/// Cuts a line into dashes.
fn dashes(points: &[(f64, f64)], dash: f64, gap: f64) -> Vec<Vec<(f64, f64)>> {
    let mut parts = Vec::new();
    let mut part: Vec<(f64, f64)> = points.first().copied().into_iter().collect();
    let (mut drawing, mut left) = (true, dash);
    for pair in points.windows(2) {
        let [(mut x, mut y), end] = *pair else {
            continue;
        };
        let mut length = libm::hypot(end.0 - x, end.1 - y);
        while length > left {
            x += (end.0 - x) * left / length;
            y += (end.1 - y) * left / length;
            length -= left;
            if drawing {
                part.push((x, y));
                parts.push(std::mem::take(&mut part));
                left = gap;
            } else {
                part = vec![(x, y)];
                left = dash;
            }
            drawing = !drawing;
        }
        left -= length;
        if drawing {
            part.push(end);
        }
    }
    if drawing && part.len() > 1 {
        parts.push(part);
    }
    parts
}

/// A run of text as an element plotters can draw.
struct Run<'a> {
    text: &'a str,
    lettering: Lettering,
    at: BackendCoord,
}

impl<'a> plotters::element::PointCollection<'a, BackendCoord> for &'a Run<'_> {
    type Point = &'a BackendCoord;
    type IntoIter = std::iter::Once<&'a BackendCoord>;

    fn point_iter(self) -> Self::IntoIter {
        std::iter::once(&self.at)
    }
}

impl<DB: DrawingBackend> plotters::element::Drawable<DB> for Run<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        points: I,
        backend: &mut DB,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        for at in points {
            backend.draw_text(self.text, &self.lettering, at)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_cover_their_share_of_a_line() {
        let parts = dashes(&[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)], 15.0, 10.0);
        assert_eq!(parts.len(), 4);
        let drawn: f64 = parts.iter().map(|p| p.last().unwrap().0 - p[0].0).sum();
        assert!((drawn - 60.0).abs() < 1e-9);
    }
}
