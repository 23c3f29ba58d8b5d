require "coop"

RSpec.describe Coop::Exports::Transfers do
  it "has a row for each member" do
    expect(described_class.new([]).rows).to eq([])
  end
end
