//! The charts, as SVG that a README can show on a light and a dark page.

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::memory;
use crate::results::Results;
use crate::tables::{Line, Table};

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const WIDTH: i32 = 860;
const FONT: &str = "sans-serif";
// Sizes as plotters counts them; a browser shows them at four fifths.
const LARGE: i32 = 22;
const SMALL: i32 = 16;
const TEXT: RGBColor = RGBColor(36, 41, 47);
const FAINT: RGBColor = RGBColor(110, 118, 129);
/// rustgo's bars and lines.
const OURS: RGBColor = RGBColor(206, 65, 43);
const BASELINE: RGBColor = RGBColor(87, 96, 106);
const OTHERS: RGBColor = RGBColor(160, 174, 192);
/// rustgo's lines where it is compiled for newer processors.
const OURS_NEWER: RGBColor = RGBColor(232, 152, 96);
/// Lines of others, in turn.
const LINES: [RGBColor; 3] = [BASELINE, RGBColor(9, 105, 218), RGBColor(26, 127, 55)];

/// Every chart: the file's name, and its text.
///
/// # Errors
///
/// Something can't be drawn.
pub fn all(results: &Results) -> Result<Vec<(String, String)>> {
    let mut charts = Vec::new();
    for table in &results.tables {
        let mut svg = String::new();
        match table.name {
            "scalar" | "cold" => bars(&mut svg, results, table, "")?,
            "calls" => bars(&mut svg, results, table, "Increment")?,
            "batch" => bars(&mut svg, results, table, "64")?,
            _ => lines(&mut svg, results, table)?,
        }
        charts.push((format!("{}.svg", table.name), svg));
    }
    Ok(charts)
}

/// One bar for each line of a case that was measured, the quartiles as a whisker.
fn bars(svg: &mut String, results: &Results, table: &Table, case: &str) -> Result<()> {
    const TOP: i32 = 64;
    const ROW: i32 = 24;
    const LEFT: i32 = 330;
    const RIGHT: i32 = 170;
    let of_case = table
        .rows
        .iter()
        .filter(|line| line.case == case && !line.is_part);
    let lines: Vec<(&Line, f64)> = of_case
        .filter_map(|line| Some((line, line.nanoseconds?.upper)))
        .collect();
    let longest = lines.iter().map(|(_, upper)| *upper).fold(1e-9, f64::max);
    let height = TOP + ROW * lines.len() as i32 + 16;
    let area = canvas(svg, height)?;
    let of = if case.is_empty() { "" } else { ": " };
    title(&area, results, &format!("{}{of}{case}", table.title))?;
    let x = |nanoseconds: f64| LEFT + (nanoseconds / longest * f64::from(WIDTH - LEFT - RIGHT)) as i32;
    for (i, (line, _)) in lines.iter().enumerate() {
        let Some(time) = line.nanoseconds else { continue };
        let y = TOP + ROW * i as i32 + ROW / 2;
        let color = color(&line.name, table.baseline);
        draw(area.draw(&Rectangle::new(
            [(LEFT, y - 8), (x(time.median), y + 8)],
            color.filled(),
        )))?;
        draw(area.draw(&PathElement::new(
            vec![(x(time.lower), y), (x(time.upper), y)],
            TEXT.stroke_width(1),
        )))?;
        label(&area, &line.name, (LEFT - 8, y), HPos::Right, TEXT)?;
        let ratio = line
            .ratio
            .map(|ratio| format!("  ({:.2}×)", ratio.median))
            .unwrap_or_default();
        let text = format!("{}{ratio}", duration(time.median));
        label(&area, &text, (x(time.upper) + 8, y), HPos::Left, FAINT)?;
    }
    draw(area.present())
}

/// A line for each implementation's throughput, over sizes on a logarithmic scale.
fn lines(svg: &mut String, results: &Results, table: &Table) -> Result<()> {
    const HEIGHT: i32 = 460;
    let names = memory::names(table);
    let sizes = memory::sizes(table);
    let points = |name: &str| -> Vec<(f64, f64)> {
        let points = sizes
            .iter()
            .map(|&size| Some((size as f64, memory::throughput(table, name, size)?)));
        points.flatten().collect()
    };
    let area = canvas(svg, HEIGHT)?;
    title(&area, results, table.title)?;
    let (Some(&least), Some(&most)) = (sizes.first(), sizes.last()) else {
        return draw(area.present());
    };
    let highest = names
        .iter()
        .flat_map(|name| points(name))
        .map(|(_, y)| y)
        .fold(1e-9, f64::max);
    let plot = area.margin(56, 8, 8, 24);
    let mut chart = draw(
        ChartBuilder::on(&plot)
            .x_label_area_size(44)
            .y_label_area_size(60)
            .build_cartesian_2d(
                (least as f64..most as f64).log_scale().base(2.0),
                0.0..highest * 1.05,
            ),
    )?;
    draw(
        chart
            .configure_mesh()
            .x_desc("bytes")
            .y_desc("GB/s")
            .x_label_formatter(&|size| bytes(*size))
            .y_label_formatter(&|throughput| format!("{throughput:.0}"))
            .label_style((FONT, SMALL).into_font().color(&TEXT))
            .axis_desc_style((FONT, SMALL).into_font().color(&TEXT))
            .light_line_style(TRANSPARENT)
            .bold_line_style(OTHERS.mix(0.4))
            .draw(),
    )?;
    let mut others = LINES.into_iter().cycle();
    for name in &names {
        let style = if is_ours(name) {
            let newer = name.contains(',');
            if newer { OURS_NEWER } else { OURS }.stroke_width(3)
        } else {
            others.next().unwrap_or(OTHERS).stroke_width(2)
        };
        draw(chart.draw_series(LineSeries::new(points(name), style)))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 18, y)], style));
    }
    draw(
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(WHITE.mix(0.85))
            .label_font((FONT, SMALL).into_font().color(&TEXT))
            .draw(),
    )?;
    drop(chart);
    draw(area.present())
}

fn canvas(svg: &mut String, height: i32) -> Result<Area<'_>> {
    let area = SVGBackend::with_string(svg, (WIDTH as u32, height as u32)).into_drawing_area();
    draw(area.fill(&WHITE))?;
    Ok(area)
}

fn title(area: &Area<'_>, results: &Results, text: &str) -> Result<()> {
    let style = |size, color: &RGBColor| (FONT, size).into_font().color(color);
    draw(area.draw(&Text::new(text.to_owned(), (16, 10), style(LARGE, &TEXT))))?;
    let mut about = results.machine.processor.clone();
    if results.caveat().is_some() {
        about += ", which had other things to do as well";
    } else if results.quick {
        about += ", measured briefly";
    }
    draw(area.draw(&Text::new(about, (16, 36), style(SMALL, &FAINT))))
}

fn label(area: &Area<'_>, text: &str, at: (i32, i32), side: HPos, color: RGBColor) -> Result<()> {
    let style = (FONT, SMALL)
        .into_font()
        .color(&color)
        .pos(Pos::new(side, VPos::Center));
    draw(area.draw(&Text::new(text, at, style)))
}

fn color(name: &str, baseline: &str) -> RGBColor {
    if is_ours(name) {
        OURS
    } else if name == baseline {
        BASELINE
    } else {
        OTHERS
    }
}

fn is_ours(name: &str) -> bool {
    name.starts_with("rustgo")
}

/// `64`, `4 Ki`, `1 Mi`.
fn bytes(size: f64) -> String {
    match size as u64 {
        size if size >= 1 << 20 => format!("{} Mi", size >> 20),
        size if size >= 1 << 10 => format!("{} Ki", size >> 10),
        size => size.to_string(),
    }
}

fn duration(nanoseconds: f64) -> String {
    if nanoseconds >= 1000.0 {
        format!("{:.2} µs", nanoseconds / 1000.0)
    } else {
        format!("{nanoseconds:.2} ns")
    }
}

/// The error of a drawing, which borrows what is drawn on.
fn draw<T>(result: Result<T, DrawingAreaErrorKind<std::io::Error>>) -> Result<T> {
    result.map_err(|error| anyhow!("a chart can't be drawn: {error}"))
}
