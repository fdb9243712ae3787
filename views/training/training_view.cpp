// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/training/training_view.h"

#include <QComboBox>
#include <QHBoxLayout>

#include "views/background.h"
#include "views/chart_view.h"
#include "views/plot/chart_widget.h"
#include "views/training/training_model.h"

namespace qs {
namespace {

class TrainingView : public ChartView {
  public:
    explicit TrainingView(QWidget* parent) : ChartView(parent), m_background(this) {
        std::vector<std::pair<QString, QVariant>> pictures;
        for (const TrainingPictureName& each : trainingPictures())
            pictures.emplace_back(QCoreApplication::translate("TrainingWords", each.title), QString::fromLatin1(each.name));
        addList("picture", TrainingWords::tr("Picture"), pictures);
        m_rows = addList("rows", TrainingWords::tr("Order of the layers"),
                         {{TrainingWords::tr("by block"), "block"}, {TrainingWords::tr("by kind"), "kind"}});
        m_term = addList("term", TrainingWords::tr("Term of the sensitivity"),
                         {{TrainingWords::tr("sensitivity"), "sensitivity"},
                          {TrainingWords::tr("gradient variance"), "gradient"},
                          {TrainingWords::tr("activation error"), "activation"}});
        m_variant = new QComboBox(this);
        m_variant->setAccessibleName(TrainingWords::tr("Model whose confusion is shown"));
        controls()->addWidget(m_variant);
        connect(m_variant, &QComboBox::activated, this, [this](int index) { set("variant", m_variant->itemData(index)); });
        connect(&plot(), &ChartWidget::clicked, this, [this](const PlotPoint& point) {
            if (point.panel != 0 || !hasLayers()) return;
            const Selection selection = selectionAt(m_data, point.y);
            if (selection != input().selection) emit selected(selection);
        });
        connect(&m_background, &Background::failed, this, [this](const QString& message) {
            m_reading = false;
            m_failure = message;
            refreshAnew();
        });
        m_data = trainingData({}, nullptr);
    }

  protected:
    /// The record is read in another thread: the file may be large, and HDF5 busy with a job.
    Figure compute(const ViewInput& input) override {
        if (input.run != m_run) {
            const bool other = !input.run || !m_run || input.run->path() != m_run->path();
            m_run = input.run;
            if (other) m_record = nullptr;  // of the same run the earlier state stays until the new one is there
            m_reading = m_run != nullptr;
            m_failure.clear();
            m_background.clear();
            if (m_run)
                m_background.request([this, input](JobContext&) -> Background::Deliver {
                    return [this, record = readTraining(input)] {
                        m_record = record;
                        m_reading = false;
                        refreshAnew();
                    };
                });
        }
        m_compact = isLow();
        ViewInput fitted = input;
        fitted.settings["compact"] = m_compact;
        m_data = trainingData(fitted, m_record);
        if (m_reading && !m_record)
            m_data.missingTitle = TrainingWords::tr("Training"), m_data.missing = TrainingWords::tr("Reading the run.");
        if (!m_failure.isEmpty() && !m_record) m_data.missing = m_failure;
        return {chartOf(m_data), tableOf(m_data)};
    }

    void shown(const Figure&) override {
        m_rows->setVisible(hasLayers());
        m_term->setVisible(m_data.record && m_data.picture == TrainingPicture::Sensitivity);
        fillVariants();
    }

    QString readoutAt(double& x) override { return readout(m_data, x); }

    void resizeEvent(QResizeEvent* event) override {
        ChartView::resizeEvent(event);
        if (m_data.record && m_compact != isLow()) refreshAnew();
    }

  private:
    bool isLow() const { return height() < 480; }

    bool hasLayers() const {
        return m_data.record && (m_data.picture == TrainingPicture::Widths || m_data.picture == TrainingPicture::Sensitivity);
    }

    void fillVariants() {
        m_variant->setVisible(m_data.record && m_data.picture == TrainingPicture::Confusion && m_data.record->confusion.size() > 1);
        const QSignalBlocker quiet(m_variant);
        m_variant->clear();
        if (!m_data.record) return;
        for (const TrainingConfusion& confusion : m_data.record->confusion)
            m_variant->addItem(variantName(*m_data.record, confusion.variant), QString::fromStdString(confusion.variant));
        m_variant->setCurrentIndex(m_variant->findData(QString::fromStdString(m_data.variant)));
    }

    std::shared_ptr<const RunFile> m_run;
    std::shared_ptr<const TrainingRecord> m_record;
    bool m_reading = false, m_compact = false;
    QString m_failure;  ///< why it could not be read
    TrainingData m_data;
    QComboBox *m_rows, *m_term, *m_variant;
    Background m_background;  ///< last: its end waits for work that uses the rest
};

}  // namespace

View* makeTrainingView(QWidget* parent) { return new TrainingView(parent); }

}  // namespace qs
