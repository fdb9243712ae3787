// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/diagnostics.h"

#include <QClipboard>
#include <QDialog>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScreen>
#include <QSysInfo>
#include <QVBoxLayout>

#include "app/jobs/watchdog.h"
#include "base/parallel.h"
#include "base/resources.h"
#include "base/version.h"
#include "kernels/isa.h"
#include "views/number_text.h"

namespace qs {

QString diagnosticsText(const Watchdog& watchdog) {
    QStringList lines;
    const auto add = [&lines](const QString& name, const QString& value) { lines << name + ": " + value; };
    add("Quantoscope", kVersion);
    add("Qt", QStringLiteral("%1, %2").arg(qVersion(), QGuiApplication::platformName()));
    add(QCoreApplication::translate("Diagnostics", "System"), QSysInfo::prettyProductName() + ", " + QSysInfo::kernelVersion());
    add(QCoreApplication::translate("Diagnostics", "Processor"), QString::fromStdString(processorName()));
    add(QCoreApplication::translate("Diagnostics", "Cores"), QString::number(availableCores()));
    add(QCoreApplication::translate("Diagnostics", "Kernels"), QString::fromLatin1(nameOf(activeIsa())));
    add(QCoreApplication::translate("Diagnostics", "Memory"),
        QCoreApplication::translate("Diagnostics", "%1 in use, %2 available")
            .arg(bytes(static_cast<double>(residentMemoryBytes())), bytes(static_cast<double>(availableMemoryBytes()))));
    if (const QScreen* screen = QGuiApplication::primaryScreen())
        add(QCoreApplication::translate("Diagnostics", "Screen"),
            QStringLiteral("%1 × %2, %3×").arg(screen->size().width()).arg(screen->size().height()).arg(screen->devicePixelRatio()));
    add(QCoreApplication::translate("Diagnostics", "Language"), QLocale().name());
    add(QCoreApplication::translate("Diagnostics", "Gaps of the event loop"), watchdog.text());
    for (const QString& gap : watchdog.longestTexts()) add(QCoreApplication::translate("Diagnostics", "Long gap"), gap);
    return lines.join('\n');
}

QWidget* showAbout(QWidget* parent, const Watchdog& watchdog) {
    auto* dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(QCoreApplication::translate("About", "About Quantoscope"));
    auto* column = new QVBoxLayout(dialog);
    column->setContentsMargins(20, 18, 20, 14);
    column->setSpacing(8);
    auto* name = new QLabel(QStringLiteral("Quantoscope %1").arg(kVersion), dialog);
    name->setProperty("look", "big");
    auto* words =
        new QLabel(QCoreApplication::translate(
                       "About",
                       "See what post-training quantization does to a language model. Free software under the GNU General Public License, "
                       "version 3 or later. Uses Qt, QCustomPlot, libtorch, HDF5, ICU, PCRE2, SentencePiece and the font Inter."),
                   dialog);
    words->setWordWrap(true);
    words->setProperty("look", "label");
    auto* text = new QPlainTextEdit(diagnosticsText(watchdog), dialog);
    text->setReadOnly(true);
    text->setAccessibleName(QCoreApplication::translate("About", "Diagnostics"));
    text->setTabChangesFocus(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    buttons->button(QDialogButtonBox::Close)->setText(QCoreApplication::translate("About", "Close"));
    auto* copy = buttons->addButton(QCoreApplication::translate("About", "Copy diagnostics"), QDialogButtonBox::ActionRole);
    QObject::connect(copy, &QPushButton::clicked, text, [text] { QGuiApplication::clipboard()->setText(text->toPlainText()); });
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
    for (QWidget* part :
         {static_cast<QWidget*>(name), static_cast<QWidget*>(words), static_cast<QWidget*>(text), static_cast<QWidget*>(buttons)})
        column->addWidget(part);
    dialog->resize(560, 400);
    dialog->show();
    return dialog;
}

}  // namespace qs
