// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo_picture.h"

#include <QFile>
#include <QPainter>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "views/theme.h"
#include "views/thinning.h"

namespace qs {
namespace {

constexpr int kWordColumns = 2;  // rank and channel, before those of the lengths

QString bundledCurves() {
    QFile file(QStringLiteral(":/pictures/demo_diagonal.csv"));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// Lowest and highest value.
std::pair<double, double> rangeOf(const DemoCurves& curves) {
    double low = 1e300, high = 0;
    for (const auto& values : curves.values)
        for (const double value : values)
            if (value > 0) low = std::min(low, value), high = std::max(high, value);
    return {low, high};
}

}  // namespace

DemoCurves readDemoCurves(const QString& csv) {
    DemoCurves curves;
    const QStringList lines = csv.split('\n', Qt::SkipEmptyParts);
    if (lines.isEmpty()) return curves;
    const qsizetype lengths = lines.front().split(',').indexOf(QStringLiteral("mix")) - kWordColumns;
    if (lengths < 1 || lines.size() < 2) return curves;
    curves.values.resize(static_cast<std::size_t>(lengths));
    for (const QString& line : lines.mid(1)) {
        const QStringList cells = line.split(',');
        if (cells.size() < kWordColumns + lengths) return {};
        for (qsizetype l = 0; l < lengths; ++l) curves.values[static_cast<std::size_t>(l)].push_back(cells[kWordColumns + l].toDouble());
    }
    curves.ranks = drawnRanks(static_cast<int>(curves.values.front().size()));
    for (const auto& values : curves.values) curves.medians.push_back(runningMedian(values, curves.ranks));
    return curves;
}

DemoPicture::DemoPicture(QWidget* parent) : QWidget(parent), m_curves(readDemoCurves(bundledCurves())) {
    const QString words = tr("Hessian diagonal of a layer of the demo, one curve a sequence length: short sequences in warm colours");
    setAccessibleName(words);
    setToolTip(words);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
}

/// Every channel thin and faint, the running median thick, as in the view; both axes logarithmic.
void DemoPicture::paintEvent(QPaintEvent*) {
    if (m_curves.ranks.empty()) return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = QRectF(rect()).adjusted(4, 4, -4, -4);
    const auto [low, high] = rangeOf(m_curves);
    const double last = std::log(static_cast<double>(m_curves.values.front().size())), decades = std::log(high / low);
    const auto place = [&, low = low](double rank, double value) {
        return QPointF(area.left() + area.width() * std::log(rank) / last, area.bottom() - area.height() * std::log(value / low) / decades);
    };
    for (std::size_t l = m_curves.values.size(); l-- > 0;) {
        QColor faint = theme().length(static_cast<int>(l));
        faint.setAlphaF(0.26F);
        QPolygonF every;
        for (std::size_t c = 0; c < m_curves.values[l].size(); ++c)
            if (m_curves.values[l][c] > 0) every << place(static_cast<double>(c + 1), m_curves.values[l][c]);
        painter.setPen(QPen(faint, 1));
        painter.drawPolyline(every);
    }
    for (std::size_t l = 0; l < m_curves.medians.size(); ++l) {
        QPolygonF median;
        for (std::size_t i = 0; i < m_curves.ranks.size(); ++i)
            if (m_curves.medians[l][i] > 0) median << place(m_curves.ranks[i], m_curves.medians[l][i]);
        painter.setPen(QPen(theme().length(static_cast<int>(l)), 1.8, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
        painter.drawPolyline(median);
    }
}

}  // namespace qs
