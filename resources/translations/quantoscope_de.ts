<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>About</name>
    <message>
        <source>About Quantoscope</source>
        <translation>Über Quantoscope</translation>
    </message>
    <message>
        <source>See what post-training quantization does to a language model. Free software under the GNU General Public License, version 3 or later. Uses Qt, QCustomPlot, libtorch, HDF5, ICU, PCRE2, SentencePiece and the font Inter.</source>
        <translation>Sehen, was Quantisierung nach dem Training mit einem Sprachmodell macht. Freie Software unter der GNU General Public License, Version 3 oder später. Nutzt Qt, QCustomPlot, libtorch, HDF5, ICU, PCRE2, SentencePiece und die Schrift Inter.</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnose kopieren</translation>
    </message>
</context>
<context>
    <name>Diagnostics</name>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>Cores</source>
        <translation>Kerne</translation>
    </message>
    <message>
        <source>Kernels</source>
        <translation>Rechenkerne</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>%1 in use, %2 available</source>
        <translation>%1 belegt, %2 verfügbar</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>Bildschirm</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Gaps of the event loop</source>
        <translation>Lücken der Ereignisschleife</translation>
    </message>
</context>
<context>
    <name>JobState</name>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>hält an</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>pausiert</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
</context>
<context>
    <name>LengthsText</name>
    <message>
        <source>length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>document</source>
        <translation>Dokument</translation>
    </message>
    <message>
        <source>from token</source>
        <translation>ab Token</translation>
    </message>
    <message>
        <source>used for</source>
        <translation>verwendet für</translation>
    </message>
</context>
<context>
    <name>RunNames</name>
    <message numerus="yes">
        <source>%n sequences</source>
        <translation>
            <numerusform>%n Folge</numerusform>
            <numerusform>%n Folgen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message numerus="yes">
        <source>%n more rows, all in the table</source>
        <translation>
            <numerusform>%n weitere Zeile, alle stehen in der Tabelle</numerusform>
            <numerusform>%n weitere Zeilen, alle stehen in der Tabelle</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Views</name>
    <message>
        <source>Hessian diagonal</source>
        <translation>Hesse-Diagonale</translation>
    </message>
    <message>
        <source>Reconstruction error</source>
        <translation>Rekonstruktionsfehler</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>Diagonal</source>
        <translation>Diagonale</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Bit allocation</source>
        <translation>Bitverteilung</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Hessian map</source>
        <translation>Karte der Hesse-Matrizen</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>Scale trajectory</source>
        <translation>Weg der Skalen</translation>
    </message>
    <message>
        <source>Scales</source>
        <translation>Skalen</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Length tuner</source>
        <translation>Längen abstimmen</translation>
    </message>
    <message>
        <source>Tuner</source>
        <translation>Abstimmen</translation>
    </message>
    <message>
        <source>Lengths and text</source>
        <translation>Längen und Text</translation>
    </message>
    <message>
        <source>Lengths</source>
        <translation>Längen</translation>
    </message>
    <message>
        <source>Compare runs</source>
        <translation>Läufe vergleichen</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
</context>
<context>
    <name>qs::BlockBars</name>
    <message>
        <source>Seconds per block</source>
        <translation>Sekunden pro Block</translation>
    </message>
    <message>
        <source>Newest block: %1</source>
        <translation>Neuester Block: %1</translation>
    </message>
</context>
<context>
    <name>qs::ChartView</name>
    <message>
        <source>Show the numbers as a table</source>
        <translation>Zahlen als Tabelle zeigen</translation>
    </message>
    <message>
        <source>Export figure</source>
        <translation>Abbildung exportieren</translation>
    </message>
    <message>
        <source>, numbers</source>
        <translation>, Zahlen</translation>
    </message>
    <message>
        <source>Copy picture and numbers</source>
        <translation>Bild und Zahlen kopieren</translation>
    </message>
    <message>
        <source>Pin what is shown as a ghost</source>
        <translation>Das Gezeigte als Schatten festhalten</translation>
    </message>
    <message>
        <source>pin</source>
        <translation>Festhalten</translation>
    </message>
    <message>
        <source>Stale: %1</source>
        <translation>Veraltet: %1</translation>
    </message>
    <message numerus="yes">
        <source>Copied the picture and %n rows</source>
        <translation>
            <numerusform>Bild und %n Zeile kopiert</numerusform>
            <numerusform>Bild und %n Zeilen kopiert</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qs::CommandPalette</name>
    <message>
        <source>Search actions, layers, runs</source>
        <translation>Aktionen, Schichten, Läufe suchen</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Gefunden</translation>
    </message>
</context>
<context>
    <name>qs::EventModel</name>
    <message>
        <source>Block %1, %2</source>
        <translation>Block %1, %2</translation>
    </message>
    <message>
        <source>Failure</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
</context>
<context>
    <name>qs::EventPanel</name>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Copy all events</source>
        <translation>Alle Ereignisse kopieren</translation>
    </message>
    <message>
        <source>No events</source>
        <translation>Keine Ereignisse</translation>
    </message>
    <message>
        <source>Retries, fallbacks and failures of a run show here, with cause and remedy.</source>
        <translation>Wiederholungen, Ausweichlösungen und Fehler eines Laufs stehen hier, mit Ursache und Abhilfe.</translation>
    </message>
    <message numerus="yes">
        <source>%n in this run</source>
        <translation>
            <numerusform>%n in diesem Lauf</numerusform>
            <numerusform>%n in diesem Lauf</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qs::HessianDiagonalView</name>
    <message>
        <source>First token</source>
        <translation>Erstes Token</translation>
    </message>
    <message>
        <source>All tokens</source>
        <translation>Alle Token</translation>
    </message>
    <message>
        <source>Without first</source>
        <translation>Ohne das erste</translation>
    </message>
    <message>
        <source>Order of channels</source>
        <translation>Reihenfolge der Kanäle</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>length weights</source>
        <translation>Gewichte der Längen</translation>
    </message>
    <message>
        <source>block %1, %2</source>
        <translation>Block %1, %2</translation>
    </message>
</context>
<context>
    <name>qs::JobPanel</name>
    <message>
        <source>Job</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>No job is running</source>
        <translation>Kein Auftrag läuft</translation>
    </message>
    <message>
        <source>Progress, remaining time and the log show here.</source>
        <translation>Fortschritt, Restzeit und Protokoll stehen hier.</translation>
    </message>
    <message>
        <source>Progress of the job</source>
        <translation>Fortschritt des Auftrags</translation>
    </message>
    <message>
        <source>Seconds per block</source>
        <translation>Sekunden pro Block</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Log of the job</source>
        <translation>Protokoll des Auftrags</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Stop after block</source>
        <translation>Nach Block anhalten</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop now; finished blocks are kept and the job can be resumed</source>
        <translation>Sofort anhalten; fertige Blöcke bleiben, und der Auftrag lässt sich fortsetzen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Delete the finished blocks of this job</source>
        <translation>Die fertigen Blöcke dieses Auftrags löschen</translation>
    </message>
    <message>
        <source>Start anew</source>
        <translation>Neu beginnen</translation>
    </message>
    <message numerus="yes">
        <source>Start the %n waiting jobs</source>
        <translation>
            <numerusform>Den wartenden Auftrag starten</numerusform>
            <numerusform>Die %n wartenden Aufträge starten</numerusform>
        </translation>
    </message>
    <message>
        <source>starting</source>
        <translation>beginnt</translation>
    </message>
    <message>
        <source>mean of the last %1: %2</source>
        <translation>Mittel der letzten %1: %2</translation>
    </message>
    <message>
        <source>in %1</source>
        <translation>in %1</translation>
    </message>
    <message>
        <source>after %1</source>
        <translation>nach %1</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>pausiert</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>hält an</translation>
    </message>
    <message>
        <source>≈ %1 left</source>
        <translation>noch ≈ %1</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>Aus der Liste nehmen</translation>
    </message>
</context>
<context>
    <name>qs::JobQueue</name>
    <message>
        <source>block %1 finished, %2</source>
        <translation>Block %1 fertig, %2</translation>
    </message>
    <message>
        <source>finished in %1</source>
        <translation>fertig in %1</translation>
    </message>
</context>
<context>
    <name>qs::LayerModel</name>
    <message>
        <source>Block %1</source>
        <translation>Block %1</translation>
    </message>
    <message numerus="yes">
        <source>%n events</source>
        <translation>
            <numerusform>%n Ereignis</numerusform>
            <numerusform>%n Ereignisse</numerusform>
        </translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Error, %</source>
        <translation>Fehler, %</translation>
    </message>
    <message>
        <source>Relative output error of the worst length</source>
        <translation>Relativer Ausgabefehler der schlechtesten Länge</translation>
    </message>
</context>
<context>
    <name>qs::LayerPanel</name>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Filter, for example “17 down”</source>
        <translation>Filter, zum Beispiel „17 down“</translation>
    </message>
    <message>
        <source>Filter layers</source>
        <translation>Schichten filtern</translation>
    </message>
    <message>
        <source>Layers appear here
when a run is open.</source>
        <translation>Schichten erscheinen hier,
sobald ein Lauf offen ist.</translation>
    </message>
    <message>
        <source>error of the worst length</source>
        <translation>Fehler der schlechtesten Länge</translation>
    </message>
    <message numerus="yes">
        <source>%n linears brushed</source>
        <translation>
            <numerusform>%n Linearschicht markiert</numerusform>
            <numerusform>%n Linearschichten markiert</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qs::LengthChip</name>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>%1, weight %2</source>
        <translation>%1, Gewicht %2</translation>
    </message>
    <message>
        <source>%1, not in the set</source>
        <translation>%1, nicht in der Menge</translation>
    </message>
    <message>
        <source>Arrow keys change the weight, Delete takes the length out</source>
        <translation>Pfeiltasten ändern das Gewicht, Entf nimmt die Länge heraus</translation>
    </message>
    <message>
        <source>Return puts the length in</source>
        <translation>Eingabe nimmt die Länge auf</translation>
    </message>
    <message>
        <source>Click to put %1 into the set</source>
        <translation>Klicken nimmt %1 in die Menge auf</translation>
    </message>
    <message>
        <source>Drag to weight %1; double click takes it out</source>
        <translation>Ziehen gewichtet %1; Doppelklick nimmt sie heraus</translation>
    </message>
    <message>
        <source>%1 are not in this bank: they count from the next run on</source>
        <translation>%1 sind nicht in dieser Bank: Sie zählen ab dem nächsten Lauf</translation>
    </message>
    <message>
        <source>Take %1 out</source>
        <translation>%1 herausnehmen</translation>
    </message>
    <message>
        <source>Put %1 in</source>
        <translation>%1 aufnehmen</translation>
    </message>
</context>
<context>
    <name>qs::LengthTunerView</name>
    <message>
        <source>What if</source>
        <translation>Was wäre, wenn</translation>
    </message>
    <message>
        <source>per channel</source>
        <translation>je Kanal</translation>
    </message>
    <message>
        <source>%1 bit</source>
        <translation>%1 Bit</translation>
    </message>
    <message>
        <source>group %1</source>
        <translation>Gruppe %1</translation>
    </message>
    <message>
        <source>Bits to try</source>
        <translation>Bits zum Probieren</translation>
    </message>
    <message>
        <source>Group size to try</source>
        <translation>Gruppengröße zum Probieren</translation>
    </message>
    <message>
        <source>Method to try</source>
        <translation>Verfahren zum Probieren</translation>
    </message>
    <message>
        <source>damping </source>
        <translation>Dämpfung </translation>
    </message>
    <message>
        <source>Damping to try, percent of the mean</source>
        <translation>Dämpfung zum Probieren, Prozent des Mittels</translation>
    </message>
    <message>
        <source>As the run</source>
        <translation>Wie der Lauf</translation>
    </message>
    <message>
        <source>Back to the lengths and settings of the run</source>
        <translation>Zurück zu den Längen und Einstellungen des Laufs</translation>
    </message>
    <message>
        <source>Use in next run</source>
        <translation>Im nächsten Lauf verwenden</translation>
    </message>
    <message>
        <source>Give these lengths and settings to the next run</source>
        <translation>Diese Längen und Einstellungen dem nächsten Lauf geben</translation>
    </message>
    <message>
        <source>what-if</source>
        <translation>Was-wäre-wenn</translation>
    </message>
    <message>
        <source>block %1 was solved again on trial; later blocks were recorded behind the run&apos;s weights</source>
        <translation>Block %1 wurde zur Probe neu gelöst; spätere Blöcke wurden hinter den Gewichten des Laufs aufgezeichnet</translation>
    </message>
    <message>
        <source>The next run gets these lengths and settings</source>
        <translation>Der nächste Lauf bekommt diese Längen und Einstellungen</translation>
    </message>
</context>
<context>
    <name>qs::MainWindow</name>
    <message>
        <source>The project could not be stored or read</source>
        <translation>Das Projekt konnte nicht gespeichert oder gelesen werden</translation>
    </message>
    <message>
        <source>Remove from the project</source>
        <translation>Aus dem Projekt nehmen</translation>
    </message>
    <message>
        <source>Rename a run</source>
        <translation>Lauf umbenennen</translation>
    </message>
    <message>
        <source>Take options from a view</source>
        <translation>Optionen aus einer Ansicht übernehmen</translation>
    </message>
    <message>
        <source>Options of the next run taken over; Ctrl+Z takes them back</source>
        <translation>Optionen für den nächsten Lauf übernommen; Strg+Z nimmt sie zurück</translation>
    </message>
    <message>
        <source>Change %1</source>
        <translation>%1 ändern</translation>
    </message>
    <message>
        <source>The last state that could be read stays in view.</source>
        <translation>Der letzte lesbare Stand bleibt sichtbar.</translation>
    </message>
    <message>
        <source>The run could not be opened</source>
        <translation>Der Lauf konnte nicht geöffnet werden</translation>
    </message>
    <message>
        <source>The baseline could not be opened</source>
        <translation>Der Vergleichslauf konnte nicht geöffnet werden</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>No project</source>
        <translation>Kein Projekt</translation>
    </message>
    <message>
        <source>No run open</source>
        <translation>Kein Lauf offen</translation>
    </message>
    <message>
        <source> › Block %1</source>
        <translation> › Block %1</translation>
    </message>
    <message>
        <source>Quantoscope</source>
        <translation>Quantoscope</translation>
    </message>
    <message>
        <source>Nothing to save</source>
        <translation>Nichts zu speichern</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Wird gespeichert…</translation>
    </message>
    <message>
        <source>Baseline: %1</source>
        <translation>Vergleich: %1</translation>
    </message>
    <message>
        <source>Compare with a baseline</source>
        <translation>Mit einem Lauf vergleichen</translation>
    </message>
    <message>
        <source>A job is running</source>
        <translation>Ein Auftrag läuft</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message numerus="yes">
        <source>%n linears solved</source>
        <translation>
            <numerusform>%n Matrix gelöst</numerusform>
            <numerusform>%n Matrizen gelöst</numerusform>
        </translation>
    </message>
    <message>
        <source> · no events</source>
        <translation> · keine Ereignisse</translation>
    </message>
    <message>
        <source> · not finished</source>
        <translation> · nicht fertig</translation>
    </message>
    <message numerus="yes">
        <source>%n failures</source>
        <translation>
            <numerusform>%n Fehler</numerusform>
            <numerusform>%n Fehler</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warnings</source>
        <translation>
            <numerusform>%n Warnung</numerusform>
            <numerusform>%n Warnungen</numerusform>
        </translation>
    </message>
    <message>
        <source>Show the events: %1</source>
        <translation>Ereignisse zeigen: %1</translation>
    </message>
    <message>
        <source>Unpin a layer</source>
        <translation>Schicht lösen</translation>
    </message>
    <message>
        <source>Pin a layer</source>
        <translation>Schicht anheften</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;New project</source>
        <translation>&amp;Neues Projekt</translation>
    </message>
    <message>
        <source>Open &amp;project…</source>
        <translation>&amp;Projekt öffnen…</translation>
    </message>
    <message>
        <source>&amp;Save project</source>
        <translation>Projekt &amp;speichern</translation>
    </message>
    <message>
        <source>Save project &amp;as…</source>
        <translation>Projekt speichern &amp;unter…</translation>
    </message>
    <message>
        <source>Open r&amp;ecent</source>
        <translation>Zuletzt &amp;geöffnet</translation>
    </message>
    <message>
        <source>Choose &amp;model…</source>
        <translation>&amp;Modell wählen…</translation>
    </message>
    <message>
        <source>Choose &amp;text…</source>
        <translation>&amp;Text wählen…</translation>
    </message>
    <message>
        <source>Open &amp;run…</source>
        <translation>&amp;Lauf öffnen…</translation>
    </message>
    <message>
        <source>Open &amp;baseline…</source>
        <translation>&amp;Vergleichslauf öffnen…</translation>
    </message>
    <message>
        <source>Remove baseline</source>
        <translation>Vergleichslauf entfernen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Pin or unpin the layer</source>
        <translation>Schicht an&amp;heften oder lösen</translation>
    </message>
    <message>
        <source>&amp;Filter layers</source>
        <translation>Schichten &amp;filtern</translation>
    </message>
    <message>
        <source>Find action, layer or run…</source>
        <translation>Aktion, Schicht oder Lauf finden…</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Show or &amp;hide</source>
        <translation>&amp;Zeigen oder verbergen</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>&amp;Forward</source>
        <translation>&amp;Vorwärts</translation>
    </message>
    <message>
        <source>&amp;Maximise the view</source>
        <translation>Ansicht &amp;maximieren</translation>
    </message>
    <message>
        <source>&amp;Arrange panels</source>
        <translation>Felder an&amp;ordnen</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>&amp;Anordnung zurücksetzen</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>High contrast, light</source>
        <translation>Hoher Kontrast, hell</translation>
    </message>
    <message>
        <source>High contrast, dark</source>
        <translation>Hoher Kontrast, dunkel</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Lauf</translation>
    </message>
    <message>
        <source>&amp;Start run</source>
        <translation>Lauf &amp;starten</translation>
    </message>
    <message>
        <source>&amp;Pause or resume</source>
        <translation>&amp;Pause oder weiter</translation>
    </message>
    <message>
        <source>Stop &amp;after block</source>
        <translation>&amp;Nach Block anhalten</translation>
    </message>
    <message>
        <source>Stop &amp;now</source>
        <translation>&amp;Sofort anhalten</translation>
    </message>
    <message>
        <source>Start the &amp;waiting jobs</source>
        <translation>&amp;Wartende Aufträge starten</translation>
    </message>
    <message>
        <source>Resume the run that is looked at</source>
        <translation>Den betrachteten Lauf fortsetzen</translation>
    </message>
    <message>
        <source>Look for unfinished runs</source>
        <translation>Nach unfertigen Läufen suchen</translation>
    </message>
    <message>
        <source>Run the &amp;demo</source>
        <translation>&amp;Beispiel starten</translation>
    </message>
    <message>
        <source>F&amp;igure</source>
        <translation>A&amp;bbildung</translation>
    </message>
    <message>
        <source>Export: %1…</source>
        <translation>Exportieren: %1…</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Copy &amp;diagnostics</source>
        <translation>&amp;Diagnose kopieren</translation>
    </message>
    <message>
        <source>Diagnostics copied</source>
        <translation>Diagnose kopiert</translation>
    </message>
    <message>
        <source>&amp;About Quantoscope</source>
        <translation>Ü&amp;ber Quantoscope</translation>
    </message>
    <message>
        <source>Where you are</source>
        <translation>Standort</translation>
    </message>
    <message>
        <source>Choose a baseline, or remove it (Ctrl+Shift+B)</source>
        <translation>Vergleichslauf wählen oder entfernen (Strg+Umschalt+B)</translation>
    </message>
    <message>
        <source>Search actions, layers, runs   Ctrl+K</source>
        <translation>Aktionen, Schichten, Läufe suchen   Strg+K</translation>
    </message>
    <message>
        <source>Search actions, layers, runs</source>
        <translation>Aktionen, Schichten, Läufe suchen</translation>
    </message>
    <message>
        <source>Export figure</source>
        <translation>Abbildung exportieren</translation>
    </message>
    <message numerus="yes">
        <source>CPU, %n threads</source>
        <translation>
            <numerusform>CPU, %n Thread</numerusform>
            <numerusform>CPU, %n Threads</numerusform>
        </translation>
    </message>
    <message>
        <source>Memory in use</source>
        <translation>Belegter Speicher</translation>
    </message>
    <message>
        <source>Memory %1 of %2</source>
        <translation>Speicher %1 von %2</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Block %1 %2</source>
        <translation>Block %1 %2</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>Look at a run</source>
        <translation>Lauf betrachten</translation>
    </message>
    <message>
        <source>Remove the baseline</source>
        <translation>Vergleichslauf entfernen</translation>
    </message>
    <message>
        <source>Set the baseline</source>
        <translation>Vergleichslauf setzen</translation>
    </message>
    <message>
        <source>The project could not be opened</source>
        <translation>Das Projekt konnte nicht geöffnet werden</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>Choose text</source>
        <translation>Text wählen</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>Nicht gefunden</translation>
    </message>
    <message>
        <source>%1 is not there any more; it may have been moved or deleted.</source>
        <translation>%1 ist nicht mehr da; vielleicht wurde es verschoben oder gelöscht.</translation>
    </message>
    <message>
        <source>Not a model</source>
        <translation>Kein Modell</translation>
    </message>
    <message>
        <source>%1 has no config.json; drop the directory that holds it, or a GGUF file.</source>
        <translation>%1 hat keine config.json; legen Sie den Ordner ab, der sie enthält, oder eine GGUF-Datei.</translation>
    </message>
    <message>
        <source>Figures (*.pdf *.svg *.png *.csv *.json)</source>
        <translation>Abbildungen (*.pdf *.svg *.png *.csv *.json)</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>Geschrieben: %1</translation>
    </message>
    <message>
        <source>The figure could not be written</source>
        <translation>Die Abbildung konnte nicht geschrieben werden</translation>
    </message>
    <message>
        <source>Choose a model directory</source>
        <translation>Modellordner wählen</translation>
    </message>
    <message>
        <source>Choose calibration text</source>
        <translation>Kalibriertext wählen</translation>
    </message>
    <message>
        <source>Text (*.txt *.jsonl);;All files (*)</source>
        <translation>Text (*.txt *.jsonl);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open a baseline run</source>
        <translation>Vergleichslauf öffnen</translation>
    </message>
    <message>
        <source>Open a run</source>
        <translation>Lauf öffnen</translation>
    </message>
    <message>
        <source>Runs (*.qsrun)</source>
        <translation>Läufe (*.qsrun)</translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>Projects (*.qsproject)</source>
        <translation>Projekte (*.qsproject)</translation>
    </message>
    <message>
        <source>Save the project</source>
        <translation>Projekt speichern</translation>
    </message>
    <message>
        <source>The project could not be saved</source>
        <translation>Das Projekt konnte nicht gespeichert werden</translation>
    </message>
    <message>
        <source>Options of the demo</source>
        <translation>Optionen des Beispiels</translation>
    </message>
    <message>
        <source>The demo cannot be started</source>
        <translation>Das Beispiel kann nicht gestartet werden</translation>
    </message>
    <message>
        <source>Demo</source>
        <translation>Beispiel</translation>
    </message>
    <message>
        <source>The run cannot be started</source>
        <translation>Der Lauf kann nicht gestartet werden</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Start anew</source>
        <translation>Neu beginnen</translation>
    </message>
    <message>
        <source>The job was stopped; finished blocks are kept</source>
        <translation>Der Auftrag wurde angehalten; fertige Blöcke bleiben</translation>
    </message>
    <message>
        <source>The job “%1” failed</source>
        <translation>Der Auftrag „%1“ ist gescheitert</translation>
    </message>
    <message>
        <source>Delete the finished blocks of “%1”?</source>
        <translation>Die fertigen Blöcke von „%1“ löschen?</translation>
    </message>
    <message>
        <source>They cannot be brought back; the job would start anew.</source>
        <translation>Sie lassen sich nicht zurückholen; der Auftrag begänne von vorn.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Nothing to resume</source>
        <translation>Nichts fortzusetzen</translation>
    </message>
    <message>
        <source>%1 is finished.</source>
        <translation>%1 ist fertig.</translation>
    </message>
    <message>
        <source>%1 cannot be read.</source>
        <translation>%1 ist nicht lesbar.</translation>
    </message>
    <message>
        <source>Another process is writing %1; it is followed here.</source>
        <translation>Ein anderer Prozess schreibt %1; hier wird er verfolgt.</translation>
    </message>
    <message>
        <source>The jobs that waited could not be read</source>
        <translation>Die wartenden Aufträge konnten nicht gelesen werden</translation>
    </message>
    <message numerus="yes">
        <source>%n jobs were waiting when the program ended</source>
        <translation>
            <numerusform>Ein Auftrag wartete, als das Programm endete</numerusform>
            <numerusform>%n Aufträge warteten, als das Programm endete</numerusform>
        </translation>
    </message>
    <message>
        <source>Start them</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>A run was not finished: %1</source>
        <translation>Ein Lauf ist nicht fertig: %1</translation>
    </message>
    <message>
        <source>%1 of %2 blocks are there; resuming goes on behind them with the same result.
%3</source>
        <translation>%1 von %2 Blöcken sind da; Fortsetzen macht dahinter weiter, mit demselben Ergebnis.
%3</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>The queue could not be stored</source>
        <translation>Die Warteschlange konnte nicht gespeichert werden</translation>
    </message>
    <message>
        <source>It can stop after the block in progress; finished blocks are kept, and the job can be resumed later.</source>
        <translation>Er kann nach dem laufenden Block anhalten; fertige Blöcke bleiben, und der Auftrag lässt sich später fortsetzen.</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Anhalten und schließen</translation>
    </message>
    <message>
        <source>Closing after the block in progress</source>
        <translation>Schließt nach dem laufenden Block</translation>
    </message>
    <message>
        <source>Stop now</source>
        <translation>Sofort anhalten</translation>
    </message>
    <message>
        <source>Keep running</source>
        <translation>Weiterlaufen lassen</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>Views in this place</source>
        <translation>Ansichten an diesem Ort</translation>
    </message>
    <message>
        <source>Change %1 of a view</source>
        <translation>%1 einer Ansicht ändern</translation>
    </message>
</context>
<context>
    <name>qs::MethodPanel</name>
    <message>
        <source>All options</source>
        <translation>Alle Optionen</translation>
    </message>
    <message>
        <source>Show all options</source>
        <translation>Alle Optionen zeigen</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>Forecast</source>
        <translation>Vorhersage</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>disk</source>
        <translation>Platte</translation>
    </message>
    <message>
        <source>free</source>
        <translation>frei</translation>
    </message>
    <message>
        <source>One of the options above is not allowed.</source>
        <translation>Eine der Optionen oben ist nicht erlaubt.</translation>
    </message>
    <message>
        <source>Needs a model and text.</source>
        <translation>Braucht ein Modell und Text.</translation>
    </message>
    <message>
        <source>Needs a model.</source>
        <translation>Braucht ein Modell.</translation>
    </message>
    <message>
        <source>Needs text.</source>
        <translation>Braucht Text.</translation>
    </message>
    <message>
        <source>Add to the queue</source>
        <translation>In die Warteschlange</translation>
    </message>
    <message>
        <source>Start run</source>
        <translation>Lauf starten</translation>
    </message>
    <message>
        <source>estimate</source>
        <translation>Schätzung</translation>
    </message>
    <message>
        <source>not possible</source>
        <translation>nicht möglich</translation>
    </message>
    <message>
        <source>Needs more memory than the %1 that can be had; use fewer tokens or lengths.</source>
        <translation>Braucht mehr Speicher als die %1, die zu haben sind; weniger Tokens oder Längen helfen.</translation>
    </message>
    <message>
        <source>The disk has little room: parts and the finished file exist together for a moment.</source>
        <translation>Auf der Platte ist wenig Platz: Teile und fertige Datei bestehen kurz nebeneinander.</translation>
    </message>
</context>
<context>
    <name>qs::NoticeBar</name>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n weitere</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qs::OptionForm</name>
    <message>
        <source>Choose: %1</source>
        <translation>Wählen: %1</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
</context>
<context>
    <name>qs::ProjectModel</name>
    <message>
        <source>opening…</source>
        <translation>wird geöffnet…</translation>
    </message>
    <message>
        <source>unreadable</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Another process is writing it; it is followed.</source>
        <translation>Ein anderer Prozess schreibt ihn; er wird verfolgt.</translation>
    </message>
    <message>
        <source>Not finished; it can be resumed.</source>
        <translation>Nicht fertig; lässt sich fortsetzen.</translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n gescheitert</numerusform>
            <numerusform>%n gescheitert</numerusform>
        </translation>
    </message>
    <message>
        <source>finished</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>Block %1</source>
        <translation>Block %1</translation>
    </message>
    <message>
        <source>Block %1, %2</source>
        <translation>Block %1, %2</translation>
    </message>
    <message>
        <source>None open</source>
        <translation>Keines offen</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Noch keine</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Calibration sets</source>
        <translation>Kalibriertexte</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Pinned layers</source>
        <translation>Angeheftete Schichten</translation>
    </message>
</context>
<context>
    <name>qs::ProjectPanel</name>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Add to the project</source>
        <translation>Zum Projekt hinzufügen</translation>
    </message>
    <message>
        <source>Look at this run</source>
        <translation>Diesen Lauf betrachten</translation>
    </message>
    <message>
        <source>Use as baseline</source>
        <translation>Als Vergleich nehmen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Remove from the project</source>
        <translation>Aus dem Projekt nehmen</translation>
    </message>
</context>
<context>
    <name>qs::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Changes are kept at once. Language and size take effect at the next start.</source>
        <translation>Änderungen gelten sofort. Sprache und Größe wirken ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Restore defaults</source>
        <translation>Vorgaben wiederherstellen</translation>
    </message>
</context>
<context>
    <name>qs::StageDots</name>
    <message>
        <source>Prepare</source>
        <translation>Vorbereiten</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Solve</source>
        <translation>Lösen</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Stage of the job</source>
        <translation>Stufe des Auftrags</translation>
    </message>
</context>
<context>
    <name>qs::TokenBar</name>
    <message>
        <source>Recorded: %1 sequences, %2 tokens</source>
        <translation>Aufgezeichnet: %1 Folgen, %2 Token</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>%1 sequences</source>
        <translation>%1 Folgen</translation>
    </message>
</context>
<context>
    <name>qs::Watchdog</name>
    <message>
        <source>p50 %1 ms, p99 %2 ms, worst %3 ms, %4 above %5 ms, of %6 measured</source>
        <translation>p50 %1 ms, p99 %2 ms, größte %3 ms, %4 über %5 ms, von %6 gemessenen</translation>
    </message>
</context>
<context>
    <name>qs::WelcomePage</name>
    <message>
        <source>See what quantization does to your model</source>
        <translation>Sehen, was Quantisierung mit Ihrem Modell macht</translation>
    </message>
    <message>
        <source>Choose a model and some text, or run the demo to look around first.</source>
        <translation>Wählen Sie ein Modell und etwas Text, oder starten Sie das Beispiel, um sich umzusehen.</translation>
    </message>
    <message>
        <source>Run the demo</source>
        <translation>Beispiel starten</translation>
    </message>
    <message>
        <source>A small language model and four sequence lengths, quantized to 3 bits with MaCa while you watch. Stays on this computer, needs no network, takes a few seconds.</source>
        <translation>Ein kleines Sprachmodell und vier Sequenzlängen, vor Ihren Augen mit MaCa auf 3 Bit quantisiert. Bleibt auf diesem Rechner, braucht kein Netz, dauert wenige Sekunden.</translation>
    </message>
    <message>
        <source>Choose model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>A Hugging Face directory or a GGUF file</source>
        <translation>Ein Hugging-Face-Ordner oder eine GGUF-Datei</translation>
    </message>
    <message>
        <source>Ctrl+O</source>
        <translation>Strg+O</translation>
    </message>
    <message>
        <source>Choose text</source>
        <translation>Text wählen</translation>
    </message>
    <message>
        <source>Plain text or JSON lines for calibration</source>
        <translation>Reiner Text oder JSON-Zeilen zum Kalibrieren</translation>
    </message>
    <message>
        <source>Ctrl+T</source>
        <translation>Strg+T</translation>
    </message>
    <message>
        <source>Open run</source>
        <translation>Lauf öffnen</translation>
    </message>
    <message>
        <source>A finished or running run file</source>
        <translation>Ein fertiger oder laufender Lauf</translation>
    </message>
    <message>
        <source>Ctrl+Shift+O</source>
        <translation>Strg+Umschalt+O</translation>
    </message>
    <message>
        <source>Or drop a model directory, a text file or a run file on the window.</source>
        <translation>Oder legen Sie einen Modellordner, eine Textdatei oder einen Lauf auf dem Fenster ab.</translation>
    </message>
</context>
</TS>
