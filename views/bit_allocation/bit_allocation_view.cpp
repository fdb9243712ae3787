// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/bit_allocation/bit_allocation_view.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <cmath>

#include "base/options.h"
#include "views/background.h"
#include "views/bit_allocation/bit_allocation_model.h"
#include "views/chart_view.h"
#include "views/number_text.h"
#include "views/plot/chart_widget.h"

namespace qs {
namespace {

using bit_allocation_words::text;

class BitAllocationView : public ChartView {
  public:
    explicit BitAllocationView(QWidget* parent) : ChartView(parent) {
        m_reset = addButton(text("As solved"), text("Back to the widths as they were solved"));
        m_apply = addButton(text("Use in next run"), text("Give this budget to the next run"));
        connect(m_reset, &QPushButton::clicked, this, [this] {
            QJsonObject after = settings();
            after.remove("budget"), after.remove("moves");
            edit(text("bit plan"), after);
        });
        connect(m_apply, &QPushButton::clicked, this, [this] { apply(); });
        plot().setGrab([this](const PlotPoint& point) { return grabs(point); });
        plot().setGrabCursor(Qt::SizeAllCursor);
        connect(&plot(), &ChartWidget::grabbed, this, [this](const PlotPoint& point) { begin(point); });
        connect(&plot(), &ChartWidget::dragged, this, [this](const PlotPoint& point) { drag(point); });
        connect(&plot(), &ChartWidget::dropped, this, [this] { m_dragging = -1; });
        connect(&plot(), &ChartWidget::clicked, this, [this](const PlotPoint& point) { choose(point); });
        connect(&plot(), &ChartWidget::stepped, this, [this](int steps) { nudge(steps); });
    }

  protected:
    Figure compute(const ViewInput& input) override {
        if (!m_ground || m_groundOf != input.run || m_baselineOf != input.baseline) takeGround(input.run, input.baseline);
        m_low = isLow();
        ViewInput fitted = input;
        fitted.settings["low"] = m_low;
        m_data = bitAllocation(fitted, *m_ground);
        return {chartOf(m_data), tableOf(m_data)};
    }

    /// The footnote says what is dashed: another row of words would take the digits from the map.
    std::vector<LegendEntry> legendOf(const Chart& chart) const override {
        std::vector<LegendEntry> entries = chart.legend;
        std::erase_if(entries, [](const LegendEntry& entry) { return entry.kind == LineKind::Ghost; });
        return entries;
    }

    void shown(const Figure& figure) override {
        const bool planned = !figure.chart.empty() && !m_data.plan.asSolved();
        m_reset->setEnabled(planned);
        m_apply->setEnabled(planned);
    }

    void resizeEvent(QResizeEvent* event) override {
        ChartView::resizeEvent(event);
        if (m_groundOf && m_low != isLow()) refreshAnew();
    }

  private:
    bool isLow() const { return height() < 330 && width() >= 520; }

    /// The curve follows; that of the run as it was a block ago stands in for it.
    void takeGround(const std::shared_ptr<const RunFile>& run, const std::shared_ptr<const RunFile>& baseline) {
        BitGround ground = bitGround(run.get(), baseline.get());
        if (m_ground && run && m_groundOf && m_groundOf->path() == run->path()) ground.curve = m_ground->curve;
        m_ground = ground, m_groundOf = run, m_baselineOf = baseline;
        if (!ground.missing.isEmpty()) return m_background.clear();
        m_background.request([this, plan = ground.plan](JobContext&) -> Background::Deliver {
            return [this, curve = paretoCurve(plan)] {
                m_ground->curve = curve;
                refreshAnew();
            };
        });
    }

    QPushButton* addButton(const QString& words, const QString& help) {
        auto* button = new QPushButton(words);
        button->setToolTip(help);
        button->setAccessibleName(words);
        controls()->addWidget(button);
        return button;
    }

    std::optional<std::size_t> linearAt(const PlotPoint& point) const {
        if (point.column != 0 || point.panel != BitMapPanel || m_data.roles.empty()) return std::nullopt;
        return m_data.linearAt(static_cast<int>(std::lround(-point.y)), static_cast<int>(std::lround(point.x)));
    }

    bool onCurve(const PlotPoint& point) const {
        return m_data.low ? point.column == 1 : point.column == 0 && point.panel == BitCurvePanel;
    }

    bool grabs(const PlotPoint& point) const { return onCurve(point) || linearAt(point).has_value(); }

    void begin(const PlotPoint& point) {
        const auto linear = linearAt(point);
        m_dragging = linear ? static_cast<int>(*linear) : -1;
        m_from = plot().pixelOf(point).y();
        m_before = settings().value("moves").toObject();
        if (onCurve(point)) drag(point);
    }

    /// Eighteen pixels a width in the map; the budget follows the pointer.
    void drag(const PlotPoint& point) {
        QJsonObject after = settings();
        if (m_dragging < 0) {
            if (!onCurve(point)) return;
            after["budget"] = std::clamp(std::round(point.x * 20) / 20, 2.0, 8.0);
            after.remove("moves");
            return edit(text("budget"), after);
        }
        const int steps = static_cast<int>(std::lround((m_from - plot().pixelOf(point).y()) / 18.0));
        move(static_cast<std::size_t>(m_dragging), m_before, steps);
    }

    void move(std::size_t linear, const QJsonObject& before, int steps) {
        const QString name = QString::fromStdString(m_data.plan.linears[linear].name);
        QJsonObject after = settings(), moves = before;
        const int all = before.value(name).toInt() + steps;
        if (all != 0) moves[name] = all;
        else moves.remove(name);
        if (moves.isEmpty()) after.remove("moves");
        else after["moves"] = moves;
        edit(text("bits of %1").arg(name), after);
    }

    void choose(const PlotPoint& point) {
        const auto linear = linearAt(point);
        if (!linear) return;
        Selection selection = input().selection;
        selection.block = m_data.plan.linears[*linear].block;
        selection.linear = m_data.plan.linears[*linear].name;
        emit selected(selection);
    }

    /// The arrow keys move the width of the selected linear.
    void nudge(int steps) {
        for (std::size_t i = 0; i < m_data.plan.linears.size(); ++i)
            if (m_data.plan.linears[i].name == m_data.selected)
                return move(i, settings().value("moves").toObject(), std::clamp(steps, -1, 1));
    }

    void apply() {
        const double bits = m_data.plan.averageBits();
        std::vector<std::string> pins;  // what was moved by hand, or pinned in the run before, stays where it is
        const QJsonObject moves = settings().value("moves").toObject();
        for (std::size_t i = 0; i < m_data.plan.linears.size(); ++i)
            if (const PlannedLinear& linear = m_data.plan.linears[i]; linear.pinned || moves.contains(QString::fromStdString(linear.name)))
                pins.push_back(linear.name + "=" + std::to_string(m_data.plan.widths[i]));
        // rounded up: the plan itself must fit into its budget; other sources of widths exclude it
        emit optionsWanted({{"budget", QString::number(std::ceil(100 * bits - 1e-6) / 100, 'f', 2)},
                            {"pin", QString::fromStdString(joinTexts(pins))},
                            {"budget-bytes", "0"},
                            {"bit-plan", ""}});
        emit notice(text("The next run gets a budget of %1 bits").arg(fixedDecimals(bits, 2)));
    }

    std::optional<BitGround> m_ground;
    std::shared_ptr<const RunFile> m_groundOf, m_baselineOf;
    BitAllocation m_data;
    QPushButton *m_reset, *m_apply;
    bool m_low = false;
    int m_dragging = -1, m_from = 0;  ///< index of the linear under the pointer; pixel where the drag began
    QJsonObject m_before;
    Background m_background;  ///< last: its end waits for work that uses the rest
};

}  // namespace

View* makeBitAllocationView(QWidget* parent) { return new BitAllocationView(parent); }

}  // namespace qs
