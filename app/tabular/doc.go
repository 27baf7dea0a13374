// Package tabular reads and writes the tables that communities exchange: CSV
// and XLSX files with a header row.
//
// Reading ([Open], [Read]) takes files as they come: CSV in UTF-8 with or
// without BOM, UTF-16 with BOM, or GB18030, parted by commas, tabs or
// semicolons; XLSX with numbers, dates and formulas, which are read as the text
// a person would see. What cannot be read gives an [*Error] with a stable code,
// never half a table.
//
// Writing ([WriteCSV], [WriteXLSX]) makes the same bytes from the same rows, and
// every cell reads back exactly as it was given.
//
// Nothing is unpacked to a temporary file, because the tables hold personal
// data. Values are not interpreted here: columns and codes are the importer's.
package tabular
