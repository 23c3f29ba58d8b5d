using Depot.Core.Stock;

namespace Depot.Core.Labels;

/// <summary>For the old printer in the office.</summary>
public class TextLabelWriter : ILabelWriter
{
    public string Write(StockItem item) => $"{item.Sku}\n{item.Name}\n";
}
