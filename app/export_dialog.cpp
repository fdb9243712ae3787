// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export_dialog.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>

#include "app/label.h"
#include "app/option_form.h"
#include "app/primary_button.h"

namespace qs {
namespace {

const QString kFormat = QStringLiteral("export/format");

/// Beside the run, named like it and the format; not there yet.
QString freeFolder(const QString& run, ExportFormat format) {
    const QFileInfo file(run);
    const QString name = file.absolutePath() + '/' + file.completeBaseName() + '-' + nameOfEnum(format);
    for (int number = 1;; ++number) {
        const QString path = number == 1 ? name : name + '-' + QString::number(number);
        if (!QFileInfo::exists(path)) return path;
    }
}

}  // namespace

ExportDialog::ExportDialog(const QString& run, QWidget* parent) : QDialog(parent), m_run(run) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Export the quantized weights"));
    m_choice.format = ExportFormat::CompressedTensors;
    const std::string last = QSettings().value(kFormat).toString().toStdString();
    for (const auto& [format, name] : EnumNames<ExportFormat>::values)
        if (last == name) m_choice.format = format;
    m_choice.out = freeFolder(run, m_choice.format).toStdString();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 14);
    auto* name = wrappedLabel("title", QFileInfo(run).completeBaseName(), this);
    name->setToolTip(run);
    column->addWidget(name);
    OptionForm::Layout layout;
    layout.essential = QStringList{"format", "out", "gguf-type", "shard-size", "model"};
    layout.files = QStringList{"model"};
    layout.folders = QStringList{"out"};
    layout.titles = {{"out", tr("Folder")}, {"gguf-type", tr("Blocks")}};
    m_form = new OptionForm(describeOptions(m_choice), layout, this);
    column->addWidget(m_form);
    column->addWidget(wrappedLabel(
        "hint",
        tr("A complete directory: weights, configuration, tokenizer and a card. The integers are read back and compared; what a "
           "loader will not take is said before anything is written."),
        this));
    m_hint = wrappedLabel("refusal", {}, this);
    column->addWidget(m_hint);
    column->addStretch(1);
    auto* buttons = new QDialogButtonBox(this);
    m_start = addPrimaryButton(*buttons, tr("Export"));
    buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        if (!refusal().isEmpty()) return;
        QSettings().setValue(kFormat, nameOfEnum(m_choice.format));
        emit wanted(m_choice.of(m_run.toStdString()));
        close();
    });
    connect(m_form, &OptionForm::edited, this, [this](const QString& field) {
        if (field == "out") m_named = true;
        if (field != "format" || m_named) return;
        m_form->setValue("out", freeFolder(m_run, m_choice.format).toStdString());
        m_named = false;
    });
    connect(m_form, &OptionForm::changed, this, &ExportDialog::update);
    update();
    resize(560, 340);
}

QString ExportDialog::refusal() const {
    if (!m_form->valid()) return tr("A value is refused, see above.");
    const QString out = QString::fromStdString(m_choice.out);
    if (out.isEmpty()) return tr("Name the folder to write.");
    if (QFileInfo(out).isFile() || (QFileInfo::exists(out) && !QDir(out).isEmpty()))
        return tr("%1 is there already; name a new folder.").arg(out);
    const QString model = QString::fromStdString(m_choice.model);
    if (!model.isEmpty() && !QFileInfo::exists(model)) return tr("%1 is not there.").arg(model);
    return {};
}

void ExportDialog::update() {
    m_form->setIdle({m_choice.format == ExportFormat::Gguf ? "shard-size" : "gguf-type"});
    const QString why = refusal();
    m_hint->setText(why);
    m_hint->setVisible(!why.isEmpty());
    m_start->setEnabled(why.isEmpty());
}

}  // namespace qs
